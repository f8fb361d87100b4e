import { accountEventCodec, ACCOUNT_EVENTS_STREAM } from '@argosy/contracts';
import { type Amount, format, isFinal, type Order, parseAmount, ZERO_AMOUNT } from '@argosy/domain';
import type { OrderStatusView, UserFill } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import { ACCOUNT, TRADED, WALLET_ADDRESS } from '../fleet/fleet-settings.js';
import { plainId } from '../fleet/sent-action.js';
import { Checker } from './checker.js';

const ORDERS_MAX = 1_000;
const EVENTS_MAX = 100_000;
const MONEY: ReadonlySet<string> = new Set(['order_filled', 'funding_paid']);

/** What is written down equals what happened: at the venue, in the journal, on the stream and in the ledger. */
export class BooksChecker extends Checker {
  private hasVenueLied = false;
  private isWiped = false;
  private readonly venueFills: UserFill[] = [];
  private readonly journalFills = new Map<string, string>();
  private readonly venueStatus = new Map<string, string>();
  private fillsWritten = 0;

  venueFill(fill: UserFill): void {
    this.venueFills.push(fill);
  }

  venueOrder({ order: { cloid }, status }: OrderStatusView): void {
    if (cloid !== undefined) this.venueStatus.set(plainId(cloid), status);
  }

  wrote({ fills }: JournalBatch): void {
    for (const fill of fills) {
      this.fillsWritten += 1;
      const what = `${fill.venueOrderId} ${fill.side} ${format(fill.price)} ${format(fill.quantity)} ${String(fill.venueTimeNs)}`;
      const known = this.journalFills.get(fill.fillId);
      this.check('I-26', known === undefined || known === what, () => `fill ${fill.fillId} is two things`);
      this.journalFills.set(fill.fillId, what);
    }
    const [written, happened] = [this.journalFills.size, this.venueFills.length];
    if (fills.length > 0)
      this.check(
        'I-26',
        written <= happened,
        () => `${String(written)} fills booked of ${String(happened)} that happened`,
      );
  }

  override async settled(): Promise<void> {
    await this.positions();
    await this.orders();
    await this.events();
    await this.ledger();
  }

  private async positions(): Promise<void> {
    const { world } = this;
    const venue = this.venueFills.reduce(
      (sum, { isBuy, sz }) => (isBuy ? sum + parseAmount(sz) : sum - parseAmount(sz)) as Amount,
      ZERO_AMOUNT,
    );
    const [written, happened] = [this.journalFills.size, this.venueFills.length];
    this.check(
      'I-26',
      written === happened,
      () => `${String(written)} fills in the journal, ${String(happened)} at the venue`,
    );
    const state = world.exchange.exchange.clearinghouse(WALLET_ADDRESS.toLowerCase());
    const atVenue = parseAmount(state.positions.find(({ coin }) => coin === 'BTC')?.szi ?? '0');
    this.check('I-29', venue === atVenue, () => `the venue's own fills do not make its position`);
    const held = await world.stores.ledger.positions(ACCOUNT);
    const inLedger = held
      .filter(({ instrumentId }) => instrumentId === TRADED)
      .reduce((sum, { quantity }) => (sum + quantity) as Amount, ZERO_AMOUNT);
    this.check(
      'I-29',
      inLedger === atVenue,
      () => `${format(inLedger)} in the ledger, ${format(atVenue)} at the venue`,
    );
  }

  faultBegan(kind: string): void {
    if (kind === 'venue_wrong_answer') this.hasVenueLied = true;
    if (kind === 'stream_wiped') this.isWiped = true;
  }

  private async orders(): Promise<void> {
    const filter = { status: 'any', accountId: ACCOUNT, limit: ORDERS_MAX } as const;
    for (const order of await this.world.stores.journal.orders(filter)) {
      const status = this.venueStatus.get(plainId(order.clientOrderId));
      if (order.external) continue;
      const isOpen = !isFinal(order.state);
      const isOpenThere = status === 'open';
      this.check(
        'I-31',
        isOpen === isOpenThere || order.state === 'in_doubt',
        () => `${order.clientOrderId} is ${order.state} here and ${status ?? 'unknown'} at the venue`,
      );
      // A venue that answers one order with another's refusal has lied; its fills are booked all the same (I-25).
      if (order.state === 'rejected' && this.hasVenueLied) continue;
      if (status === 'filled')
        this.check(
          'I-31',
          order.state === 'filled' || this.wasMadeSmaller(order),
          () => `${order.clientOrderId} is ${order.state}, the venue filled it`,
        );
      if (order.state === 'filled')
        this.check(
          'I-31',
          status === 'filled',
          () => `${order.clientOrderId} is filled here, ${status ?? 'unknown'} there`,
        );
    }
  }

  /** The venue calls an order filled of which it filled less than was ordered: what it did fill is all there is. */
  private wasMadeSmaller({ clientOrderId, state, quantity, filledQuantity }: Order): boolean {
    const filled = this.venueFills
      .filter(({ cloid }) => cloid !== undefined && plainId(cloid) === clientOrderId)
      .reduce((sum, { sz }) => sum + parseAmount(sz), 0n);
    return state === 'cancelled' && filled === filledQuantity && filled < quantity;
  }

  /** The stream and the journal tell the same story without a gap. */
  private async events(): Promise<void> {
    const { world } = this;
    const written = await world.stores.journal.events(ACCOUNT, 1n, EVENTS_MAX);
    const gapless = written.every(({ sequence }, index) => sequence === BigInt(index + 1));
    this.check('I-42', gapless, () => 'the journal has a gap');
    const stream = world.broker.streams.get(ACCOUNT_EVENTS_STREAM)?.messages ?? [];
    const told = new Set(stream.map(({ bytes }) => accountEventCodec.decode(bytes).sequence));
    const missing = written.filter(({ sequence }) => !told.has(sequence));
    this.check('I-44', missing.length === 0, () => `${String(missing.length)} events never reached the stream`);
    this.check(
      'I-44',
      told.size === written.length,
      () => `${String(told.size)} events told, ${String(written.length)} written`,
    );
    // The books remember how far they have read together with what they book: observations in between move no money.
    const money =
      written.findLast(({ payload }) => MONEY.has(accountEventCodec.decode(payload).fact.kind))?.sequence ?? 0n;
    const [books] = await world.stores.ledger.accounts();
    const read = books?.factsSequence ?? 0n;
    this.check('I-42', read >= money, () => `the ledger read up to ${String(read)} of ${String(money)}`);
  }

  private async ledger(): Promise<void> {
    const { problems } = await this.world.stores.ledger.checkIntegrity();
    this.check('I-33', problems.length === 0, () => problems.slice(0, 3).join('; '));
    const trades = await this.world.stores.ledger.trades({ limit: EVENTS_MAX });
    this.check(
      'I-37',
      trades.length === this.venueFills.length,
      () => `${String(trades.length)} trades booked of ${String(this.venueFills.length)}`,
    );
    if (this.isWiped)
      this.check(
        'I-45',
        trades.length === this.venueFills.length,
        () => `the stream was lost, and with it ${String(this.venueFills.length - trades.length)} fills`,
      );
  }
}
