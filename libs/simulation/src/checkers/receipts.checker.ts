import type { OrderStatusView } from '@argosy/exchange-core';
import type { ReadReceipt } from '../fleet/people.js';
import { plainId } from '../fleet/sent-action.js';
import { Checker } from './checker.js';

/** What a receipt may say of an order that the venue never filled whole and holds no longer. */
const ENDED: ReadonlySet<string> = new Set(['cancelled', 'expired', 'rejected']);
const OPEN = 'open';
const FILLED = 'filled';

/** What a kill says that it did, held against the venue (I-16): no order is missing, and none is called what it is not. */
export class ReceiptsChecker extends Checker {
  /** The venue's last word on each order of ours. */
  private readonly statuses = new Map<string, string>();
  /** What was open at the venue when the kill that holds was confirmed, or came to be open there afterwards. */
  private met = new Set<string>();
  private metOf: number | undefined;
  private hasVenueLied = false;

  faultBegan(kind: string): void {
    if (kind === 'venue_wrong_answer') this.hasVenueLied = true;
  }

  venueOrder({ order: { cloid }, status }: OrderStatusView): void {
    if (cloid === undefined) return;
    const id = plainId(cloid);
    this.meet();
    this.statuses.set(id, status);
    if (this.metOf !== undefined && status === OPEN) this.met.add(id);
  }

  receiptRead({ complete, orders }: ReadReceipt): void {
    this.meet();
    if (!complete) {
      this.saw('kill receipt read before it was complete');
      return;
    }
    this.saw('kill receipt complete');
    const outcomes = new Map(orders.map(({ order_id: id, outcome }) => [id, outcome]));
    for (const id of this.met)
      this.check(
        'I-16',
        outcomes.has(id),
        () => `the receipt of a kill does not know ${id}, which it met at the venue`,
      );
    for (const [id, outcome] of outcomes) this.outcome(id, outcome);
  }

  private outcome(id: string, outcome: string): void {
    const status = this.statuses.get(id);
    this.check('I-16', outcome !== 'pending', () => `a complete receipt calls ${id} pending`);
    if (this.hasVenueLied) return;
    const says = (): string => `a complete receipt calls ${id} ${outcome}, at the venue it is ${status ?? 'unknown'}`;
    if (outcome === FILLED) this.check('I-16', status === FILLED, says);
    if (ENDED.has(outcome)) this.check('I-16', status !== OPEN && status !== FILLED, says);
  }

  /** From the moment at which somebody was told that the kill holds. */
  private meet(): void {
    const { killedAtUs } = this.world.people;
    if (killedAtUs === this.metOf) return;
    this.metOf = killedAtUs;
    this.met =
      killedAtUs === undefined
        ? new Set()
        : new Set([...this.statuses].flatMap(([id, status]) => (status === OPEN ? [id] : [])));
  }
}
