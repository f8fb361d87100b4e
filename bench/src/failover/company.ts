import { COIN } from './bench-account.js';
import { awaited, pause } from './pause.js';
import { RiskVoice } from './risk-voice.js';
import { settle } from './settled.js';
import { type Candidate, Stage } from './stage.js';
import type { Fate } from './venue-control.js';
import { StrategyDesk } from './strategy-desk.js';

/** Orders rest so far below the market that nothing fills them, and not so far that the venue refuses them. */
const PRICE_SHARE = 0.6;
const PRICE_STEP = 100;
const HOLDER = 'holder';
/** Of the orders of one burst; the venue's own limit of connections is above it. */
const AT_ONCE = 4;
const HEARD_WITHIN_MS = 3_000;
const FATE_LOOK_MS = 15;

/** An order that the venue accepted, and when, ms since 1970 UTC. */
export interface Placed {
  readonly clientOrderId: string;
  readonly atMs: number;
}

/** A stage on which trading goes on: risk speaks, strategies hold orders, one process leads and one stands by. */
export class Company {
  private resting: Placed[] = [];

  private constructor(
    readonly stage: Stage,
    readonly voice: RiskVoice,
    readonly desk: StrategyDesk,
    readonly price: number,
  ) {}

  static async open(run: string): Promise<Company> {
    const stage = await Stage.open();
    const voice = new RiskVoice(stage.bus);
    voice.start();
    const price = Math.round(((await stage.venue.mid(COIN)) * PRICE_SHARE) / PRICE_STEP) * PRICE_STEP;
    const desk = new StrategyDesk(voice, () => Promise.resolve(price), run);
    const company = new Company(stage, voice, desk, price);
    for (const { process } of stage.candidates) {
      process.start();
      await process.logged('standing_by');
    }
    await awaited('a leader that takes orders', () =>
      stage.candidates.find(({ process }) => process.last('reconciled')),
    );
    await company.placed('first');
    return company;
  }

  /** Brings what rests to `count` orders. */
  async rest(count: number): Promise<void> {
    while (this.resting.length < count) {
      const missing = Math.min(AT_ONCE, count - this.resting.length);
      const placed = await Promise.all(Array.from({ length: missing }, () => this.placed(HOLDER)));
      this.resting.push(...placed);
    }
  }

  /** Asks for orders until the venue has accepted one. */
  async placed(strategy: string): Promise<Placed> {
    for (;;) {
      const { clientOrderId } = await this.desk.place(strategy);
      const fate = await this.fateOf('order', clientOrderId);
      if (fate?.isTaken === true) return { clientOrderId, atMs: fate.atMs };
    }
  }

  /** Asks until the venue has cancelled this order; when it did, ms since 1970 UTC. */
  async cancelled(clientOrderId: string): Promise<number> {
    for (;;) {
      await this.desk.cancel(clientOrderId);
      const fate = await this.fateOf('cancel', clientOrderId);
      if (fate?.isTaken === true) return fate.atMs;
    }
  }

  /** One of the resting orders, which is to be cancelled. */
  giveUpOne(): Placed {
    const order = this.resting.shift();
    if (order === undefined) throw new Error('no order rests');
    return order;
  }

  /** Every resting order is gone: a halt pulled them. */
  forgetResting(): void {
    this.resting = [];
  }

  /** Starts whoever does not run; resolves when one leads and the other stands by, warm. */
  async pair(): Promise<Candidate> {
    for (const { process } of this.stage.candidates) {
      if (!process.isRunning) process.start();
    }
    const leads = (each: Candidate): boolean => each.process.isRunning && each.process.last('reconciled') !== undefined;
    const standsBy = ({ process }: Candidate): boolean =>
      process.isRunning && process.last('standing_by') !== undefined && process.last('lease_taken') === undefined;
    return awaited(
      'one leads and one stands by',
      async () => {
        const leader = this.stage.candidates.find(leads);
        if (leader !== undefined && standsBy(this.stage.other(leader))) return leader;
        for (const { process } of this.stage.candidates) if (!process.isRunning) process.start();
        return undefined;
      },
      { withinMs: 90_000, everyMs: 50 },
    );
  }

  /** Nothing in doubt any more, and the orders of these strategies gone. */
  async tidy(...strategies: readonly string[]): Promise<void> {
    await settle(this.stage);
    for (const strategy of strategies) await this.desk.cancelAll(strategy);
    await settle(this.stage);
  }

  async close(): Promise<void> {
    this.voice.stop();
    await this.stage.close();
  }

  /** Undefined when the venue has not heard of it in time: its sender may have died. */
  private async fateOf(kind: 'order' | 'cancel', clientOrderId: string): Promise<Fate | undefined> {
    const untilMs = performance.now() + HEARD_WITHIN_MS;
    for (;;) {
      const fate = await this.stage.venue.fate(kind, clientOrderId);
      if (fate !== undefined || performance.now() > untilMs) return fate;
      await pause(FATE_LOOK_MS);
    }
  }
}
