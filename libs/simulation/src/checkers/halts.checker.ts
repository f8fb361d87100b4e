import type { OrderStatusView } from '@argosy/exchange-core';
import { EXECUTION_SETTINGS } from '../fleet/fleet-settings.js';
import type { SentAction } from '../fleet/sent-action.js';
import type { SimProcess } from '../kernel/sim-process.js';
import { Checker } from './checker.js';

/** Orders that were in flight when the kill was confirmed expire by then, and a clock may be off by a little. */
const IN_FLIGHT_US = (EXECUTION_SETTINGS.requestValidityMs + 100) * 1_000;

/** What a kill promises. */
export class HaltsChecker extends Checker {
  private isBroken = false;
  private readonly openAtVenue = new Map<number, string>();

  sent(process: SimProcess, action: SentAction): void {
    if (action.orders.length === 0) return;
    const { killedAtUs } = this.world.people;
    if (killedAtUs === undefined) return;
    this.isBroken = true;
    // A process that held no lease any more when the kill was confirmed is I-01's; whoever holds one has confirmed.
    this.check(
      'I-11',
      false,
      () => `${process.name} sent an order ${this.since(killedAtUs)} after the kill was confirmed`,
    );
  }

  venueOrder({ order: { oid, cloid }, status }: OrderStatusView): void {
    if (status === 'open') this.openAtVenue.set(oid, cloid ?? '');
    else this.openAtVenue.delete(oid);
    const { killedAtUs } = this.world.people;
    if (killedAtUs === undefined || cloid === undefined || status !== 'open') return;
    const isLate = this.world.nowUs - killedAtUs > IN_FLIGHT_US;
    this.check(
      'I-11',
      !isLate,
      () => `the venue accepted ${cloid} ${this.since(killedAtUs)} after the kill was confirmed`,
    );
  }

  /** What was said to be latched for good is so in the database, whoever restarts next. */
  override async calm(): Promise<void> {
    const { people, stores } = this.world;
    if (!people.killWanted) return;
    if (people.killedAtUs !== undefined) this.check('I-11', !this.isBroken, () => 'orders left after the kill');
    const [latch, { kill }] = await Promise.all([stores.journal.killLatch(), stores.risk.tradingState()]);
    if (people.durable.has('execution'))
      this.check(
        'I-12',
        latch !== undefined,
        () => 'execution confirmed a kill for good that its journal does not have',
      );
    if (people.durable.has('risk'))
      this.check('I-12', kill !== undefined, () => 'risk confirmed a kill for good that its store does not have');
  }

  override settled(): void {
    const { killedAtUs, killWanted } = this.world.people;
    if (!killWanted || killedAtUs === undefined) return;
    this.saw('kill held to the end');
    const ours = [...this.openAtVenue.values()].filter((cloid) => cloid !== '');
    this.check('I-16', ours.length === 0, () => `open at the venue long after the kill: ${ours.join()}`);
  }

  private since(us: number): string {
    return `${String((this.world.nowUs - us) / 1_000)} ms`;
  }
}
