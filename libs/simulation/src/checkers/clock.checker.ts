import type { SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

/** More uncertainty than this about the venue's clock, and no new order leaves. */
const UNCERTAINTY_US_MAX = 250_000;
/** Two clocks move apart by less. */
const DRIFT_PPM = 500;

interface Look {
  readonly askedUs: number;
  answeredUs: number | undefined;
}

/**
 * No order leaves a process that cannot know the venue's time well enough (I-56). Judged by the questions alone: an answer
 * cannot tell better than half of the time from the question's leaving to the venue's answering, however it is used.
 */
export class ClockChecker extends Checker {
  private readonly looks = new Map<string, Look[]>();

  /** A process has asked the venue what says its time. */
  asked(process: string): Look {
    const look: Look = { askedUs: this.world.nowUs, answeredUs: undefined };
    const looks = this.looks.get(process) ?? [];
    this.looks.set(process, looks);
    looks.push(look);
    return look;
  }

  venueAsked(process: SimProcess, text: string): void {
    if (text.includes('"clearinghouseState"')) this.asked(process.name);
  }

  /** Which question it was nobody can tell: the newest makes the best of it. */
  venueAnswered(machine: string, text: string): void {
    if (!text.includes('"clearinghouseState"')) return;
    for (const [process, looks] of this.looks) {
      if (!process.startsWith(`${machine}#`)) continue;
      const open = looks.findLast(({ answeredUs }) => answeredUs === undefined);
      if (open !== undefined) open.answeredUs = this.world.nowUs;
    }
  }

  sent(process: SimProcess, { orders }: SentAction): void {
    if (orders.length === 0) return;
    const { nowUs } = this.world;
    const bounds = (this.looks.get(process.name) ?? []).flatMap(({ askedUs, answeredUs }) =>
      answeredUs === undefined ? [] : [(answeredUs - askedUs) / 2 + ((nowUs - answeredUs) * DRIFT_PPM) / 1e6],
    );
    this.check('I-56', bounds.length > 0, () => `${process.name} sent an order and never learned the venue's time`);
    const best = Math.min(...bounds);
    this.check(
      'I-56',
      bounds.length === 0 || best <= UNCERTAINTY_US_MAX,
      () => `${process.name} sent an order and knows the venue's time to ${String(best / 1_000)} ms`,
    );
  }
}
