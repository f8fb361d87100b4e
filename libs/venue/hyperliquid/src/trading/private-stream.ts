import { format, type Fill, type FundingPayment } from '@argosy/domain';
import type { TradingHandlers } from '@argosy/venue-port';
import { RecentMap } from '../transport/recent-map.js';
import { type AccountView, parseFill, parseFunding, parseOrderUpdate } from '../wire/account-records.js';
import { list, record, shown, text, type WireRecord } from '../wire/field.js';
import { readable } from '../wire/frame.js';

const PRIVATE_SUBSCRIPTIONS = ['orderUpdates', 'userFills', 'userFundings', 'userEvents'] as const;
type PrivateSubscription = (typeof PRIVATE_SUBSCRIPTIONS)[number];

/** Fills and payments delivered twice (snapshot, stream, both channels) are dropped as far back as this. */
const FACTS_REMEMBERED = 20_000;
const ROWS_MAX = 20_000;

const fillContent = (fill: Fill): string =>
  [fill.venueOrderId, format(fill.price), format(fill.quantity), format(fill.fee), fill.feeAsset].join('/');
const paymentContent = (payment: FundingPayment): string =>
  [format(payment.amount), format(payment.position)].join('/');

/**
 * The account's own channels. Every row stands alone: one that cannot be read is quarantined, the others of its message
 * go on (5.11). Snapshots are news like any other: what was known already is dropped by identity.
 */
export class PrivateStream {
  private readonly known = new RecentMap<string>(FACTS_REMEMBERED);
  private readonly acknowledged = new Set<string>();

  constructor(
    private readonly user: string,
    private readonly view: AccountView,
    private readonly handlers: () => TradingHandlers,
  ) {}

  /** The messages that subscribe a fresh connection. */
  subscribe(): readonly string[] {
    this.reset();
    return PRIVATE_SUBSCRIPTIONS.map((type) =>
      JSON.stringify({ method: 'subscribe', subscription: { type, user: this.user } }),
    );
  }

  /** The connection is gone: nothing is acknowledged any more. */
  reset(): void {
    this.acknowledged.clear();
  }

  get isComplete(): boolean {
    return this.acknowledged.size === PRIVATE_SUBSCRIPTIONS.length;
  }

  /** True when this acknowledgement was the last one missing. */
  onAcknowledged(data: unknown): boolean {
    const type = readable(() => text(record(record(data, 'data')['subscription'], 'subscription')['type'], 'type'));
    if (!type.ok || !PRIVATE_SUBSCRIPTIONS.includes(type.value as PrivateSubscription)) return false;
    const before = this.isComplete;
    this.acknowledged.add(type.value);
    return !before && this.isComplete;
  }

  /** False for a channel that is not one of the account's. */
  onFrame(channel: string, data: unknown): boolean {
    switch (channel) {
      case 'orderUpdates':
        this.each(data, 'orderUpdates', (row) => this.handlers().onOrder(parseOrderUpdate(row, this.view)));
        return true;
      case 'userFills':
        this.ours(data, 'fills', (row) => this.fill(row));
        return true;
      case 'userFundings':
        this.ours(data, 'fundings', (row) => this.funding(row));
        return true;
      case 'user':
      case 'userEvents':
        this.userEvent(data);
        return true;
      default:
        return false;
    }
  }

  private userEvent(data: unknown): void {
    const event = readable(() => record(data, 'userEvents'));
    if (!event.ok) return this.handlers().onUnknown(event.reason);
    for (const [kind, value] of Object.entries(event.value)) this.eventOf(kind, value);
  }

  private eventOf(kind: string, value: unknown): void {
    if (kind === 'fills') return this.each(value, 'fills', (row) => this.fill(row));
    if (kind === 'funding') return this.each([value], 'funding', (row) => this.funding(row));
    // The venue's own cancels also come as orderUpdates, with their status word; here they are only announced.
    if (kind === 'nonUserCancel') return;
    this.handlers().onUnknown(`userEvents with '${kind.slice(0, 40)}': ${shown(value)}`);
  }

  /** Rows of a message that names its account. */
  private ours(data: unknown, field: 'fills' | 'fundings', take: (row: unknown) => void): void {
    const message = readable(() => {
      const row: WireRecord = record(data, field);
      return { user: text(row['user'], 'user').toLowerCase(), rows: row[field] };
    });
    if (!message.ok) return this.handlers().onUnknown(message.reason);
    if (message.value.user !== this.user)
      return this.handlers().onUnknown(`${field} of a foreign account ${shown(message.value.user)}`);
    this.each(message.value.rows, field, take);
  }

  private each(value: unknown, name: string, take: (row: unknown) => void): void {
    const rows = readable(() => list(value, name, ROWS_MAX));
    if (!rows.ok) return this.handlers().onUnknown(rows.reason);
    for (const row of rows.value) {
      const taken = readable(() => take(row));
      if (!taken.ok) this.handlers().onUnknown(`${name}: ${taken.reason}`);
    }
  }

  private fill(row: unknown): void {
    const fill = parseFill(row, this.view);
    if (this.isNews(fill.fillId, fillContent(fill))) this.handlers().onFill(fill);
  }

  private funding(row: unknown): void {
    const payment = parseFunding(row, this.view);
    if (this.isNews(payment.paymentId, paymentContent(payment))) this.handlers().onFunding(payment);
  }

  private isNews(id: string, content: string): boolean {
    const before = this.known.get(id);
    if (before !== undefined && before !== content)
      this.handlers().onUnknown(`${id} came again with other content: ${content}, was ${before}`);
    if (before === undefined) this.known.set(id, content);
    return before === undefined;
  }
}
