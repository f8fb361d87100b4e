import {
  type ClientOrderId,
  type Fill,
  type FundingPayment,
  type Instrument,
  type InstrumentId,
  isFinal,
  msToNs,
  type Order,
  type OrderEventType,
  type Refusal,
  refusal,
  type TimeNs,
  type VenueOrderId,
} from '@argosy/domain';
import {
  applyFill,
  type ClientOrderIds,
  type Doubt,
  type IntentRecord,
  move,
  type MoveChanges,
  type Nonces,
} from '@argosy/execution-core';
import type { AccountBook } from './account-book.js';
import type { AccountPorts } from './account-ports.js';
import type { AccountRecorder } from './account-recorder.js';
import type { Egress } from './egress.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';

/** One leadership of one account: everything that lives from acquiring the lease to losing it. */
export interface SessionParts {
  readonly account: AccountSettings;
  readonly settings: ExecutionSettings;
  readonly ports: AccountPorts;
  readonly epoch: number;
  readonly book: AccountBook;
  readonly recorder: AccountRecorder;
  readonly egress: Egress;
  readonly ids: ClientOrderIds;
  readonly nonces: Nonces;
}

/** The account's state and the only two ways to change it: a move of the state table, and money that moved. */
export class AccountSession {
  readonly doubts = new Map<ClientOrderId, Doubt>();
  private readonly traces = new Map<ClientOrderId, string>();
  private instruments: ReadonlyMap<InstrumentId, Instrument> = new Map();
  /** Venue time of the newest fill and funding payment seen. */
  lastFillAt: TimeNs | undefined;
  lastFundingAt: TimeNs | undefined;
  ready = false;

  constructor(readonly parts: SessionParts) {}

  get book(): AccountBook {
    return this.parts.book;
  }

  setInstruments(instruments: readonly Instrument[]): void {
    this.instruments = new Map(instruments.map((instrument) => [instrument.id, instrument]));
  }

  instrument(id: InstrumentId): Instrument | undefined {
    return this.instruments.get(id);
  }

  traceOf(id: ClientOrderId): string {
    return this.traces.get(id) ?? '';
  }

  rememberTrace(id: ClientOrderId, traceparent: string): void {
    if (traceparent !== '') this.traces.set(id, traceparent);
  }

  /** Moves an order; resolves when the move is durable. Late reports are absorbed, illegal ones reported. */
  move(order: Order, event: OrderEventType, changes: MoveChanges = {}, intent?: IntentRecord): Promise<void> {
    const { ports, recorder } = this.parts;
    const moved = move(order, event, ports.clock.now(), changes);
    if (moved.kind === 'late') return Promise.resolve();
    if (moved.kind === 'illegal') {
      ports.metrics.illegalMoves.add({ event, from_state: moved.fromState });
      ports.logger.critical('illegal_transition', { order: order.clientOrderId, event, from_state: moved.fromState });
      return Promise.resolve();
    }
    this.keep(moved.order, event, moved.fromState);
    return recorder.record(
      { kind: 'order_changed', order: moved.order, event, fromState: moved.fromState },
      this.traceOf(order.clientOrderId),
      intent,
    );
  }

  private keep(order: Order, event: OrderEventType, fromState: Order['state']): void {
    const { ports, account } = this.parts;
    this.book.put(order);
    ports.metrics.moves.add({ event, to_state: order.state });
    ports.logger.info('state_transition', {
      order: order.clientOrderId,
      strategy: order.strategyId,
      from_state: fromState,
      to_state: order.state,
      event,
      ...(order.reason === '' ? {} : { reason: order.reason }),
    });
    if (order.state === 'in_doubt') this.doubt(order);
    else this.doubts.delete(order.clientOrderId);
    if (isFinal(order.state)) this.traces.delete(order.clientOrderId);
    if (order.state === 'filled') ports.metrics.ordersFilled.add({ venue: order.venue, side: order.side });
    if (order.state === 'cancelled' || order.state === 'expired')
      ports.metrics.ordersCancelled.add({ venue: order.venue });
    ports.metrics.ordersInDoubt.set({ account: account.accountId }, this.doubts.size);
  }

  /** A doubt inherited from an earlier process. */
  resumeDoubt(order: Order, expiresAt: TimeNs): void {
    this.doubts.set(order.clientOrderId, {
      order,
      expiresAt,
      sinceMonotonicMs: this.parts.ports.clock.monotonicMs(),
      notFound: 0,
      escalated: false,
    });
  }

  private doubt(order: Order): void {
    const { ports, settings } = this.parts;
    // Sent at the latest now, so its expiry at the venue is at the latest one validity from now.
    this.resumeDoubt(order, (ports.clock.now() + msToNs(settings.requestValidityMs)) as TimeNs);
  }

  /** Books a fill once (I-26); unknown orders' fills are money too and become facts without an order (I-25). */
  fill(reported: Fill): void {
    const { ports, recorder, account } = this.parts;
    if (!this.book.takeFill(reported)) return;
    if (this.lastFillAt === undefined || reported.venueTimeNs > this.lastFillAt) this.lastFillAt = reported.venueTimeNs;
    const order = this.orderOf(reported.clientOrderId, reported.venueOrderId);
    const fill = { ...reported, accountId: account.accountId, accountKind: account.kind, ...ownership(order) };
    if (order === undefined) {
      ports.logger.warning('external_fill', { fill: fill.fillId, instrument: fill.instrumentId });
      void recorder.record({ kind: 'order_filled', fill }, '');
      return;
    }
    const span = ports.tracer.start('execution.fill', {
      kind: 'consumer',
      parent: this.parentOf(order.clientOrderId),
      attributes: { 'argosy.fill_id': fill.fillId, 'argosy.client_order_id': order.clientOrderId },
    });
    this.applyFill(order, fill, span.context.traceparent);
    span.end();
  }

  private applyFill(order: Order, fill: Fill, traceparent: string): void {
    const { ports, recorder } = this.parts;
    const applied = applyFill(order, fill, ports.clock.now());
    if (applied.kind === 'overfilled') {
      ports.logger.critical('overfill', { order: order.clientOrderId, fill: fill.fillId });
      this.book.frozen.set(order.instrumentId, 'an order was filled beyond its quantity');
    }
    if (applied.kind === 'illegal') {
      ports.metrics.illegalMoves.add({ event: 'fill', from_state: applied.fromState });
      ports.logger.critical('illegal_transition', {
        order: order.clientOrderId,
        event: 'fill',
        from_state: applied.fromState,
      });
    }
    if (applied.kind === 'filled') this.keep(applied.order, applied.event, applied.fromState);
    else this.book.put(applied.order);
    void recorder.record({ kind: 'order_filled', fill, order: applied.order }, traceparent);
  }

  funding(payment: FundingPayment): void {
    const { account, recorder } = this.parts;
    if (!this.book.takeFunding(payment)) return;
    if (this.lastFundingAt === undefined || payment.venueTimeNs > this.lastFundingAt)
      this.lastFundingAt = payment.venueTimeNs;
    void recorder.record(
      { kind: 'funding_paid', payment: { ...payment, accountId: account.accountId, accountKind: account.kind } },
      '',
    );
  }

  orderOf(id: ClientOrderId | undefined, venueId: VenueOrderId): Order | undefined {
    const known = id === undefined ? undefined : this.book.order(id);
    return known ?? this.book.orderOfVenue(venueId);
  }

  parentOf(id: ClientOrderId): { readonly traceparent: string } | undefined {
    const traceparent = this.traceOf(id);
    return traceparent === '' ? undefined : { traceparent };
  }

  /** Whether this account can take on a new order at all. */
  readiness(): Refusal | undefined {
    const { account, ports } = this.parts;
    if (!this.ready)
      return refusal('venue_not_ready', { account: account.accountId, why: 'reconciliation is not complete' });
    if (!ports.venue.connected) return refusal('venue_not_ready', { account: account.accountId, why: 'not connected' });
    return undefined;
  }
}

function ownership(order: Order | undefined): Partial<Pick<Fill, 'clientOrderId' | 'strategyId'>> {
  return order === undefined ? {} : { clientOrderId: order.clientOrderId, strategyId: order.strategyId };
}
