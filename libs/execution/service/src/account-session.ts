import {
  type ClientOrderId,
  clientOrderIdParts,
  Fault,
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
  newDoubt,
  type OrderOrigin,
  originOf,
  stopsTrading,
  type Nonces,
  type RequestMark,
} from '@argosy/execution-core';
import type { AccountBook } from './account-book.js';
import type { AccountPorts } from './account-ports.js';
import type { AccountRecorder } from './account-recorder.js';
import type { Egress } from './egress.js';
import type { AccountSettings, ExecutionSettings } from './execution-settings.js';
import type { FleetVersions } from './fleet-versions.js';
import type { MeteredVenue } from './metered-venue.js';
import type { VenueHealth } from './venue-health.js';
import type { VenueTime } from './venue-time.js';

/** Frozen for good: only a person can say what happened. */
const OVERFILLED = 'an order was filled beyond its quantity';

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
  readonly time: VenueTime;
  readonly venue: MeteredVenue;
  readonly health: VenueHealth;
  readonly versions: FleetVersions;
  readonly onNewerLeader: (reason: string) => void;
}

/** How often an order is looked for in the journal before its fill is booked without it. */
const RECALL_TRIES = 10;
const RECALL_DELAY_MS = 500;

/** The account's state and the only two ways to change it: a move of the state table, and money that moved. */
export class AccountSession {
  readonly doubts = new Map<ClientOrderId, Doubt>();
  /** Orders whose bytes have not left yet, with the reason of a cancel that came meanwhile. */
  readonly unsent = new Map<ClientOrderId, { withdrawn?: string }>();
  /** Of finished orders too, as long as they are kept: a late fill belongs to the same story. */
  private readonly traces = new Map<ClientOrderId, string>();
  /** The request of each open order: until when the venue takes it, in its own time, and the nonce it spends. */
  private readonly requests = new Map<ClientOrderId, RequestMark>();
  /** Up to when an adopted order's fills are in its filled quantity already. */
  private readonly adoptedUpTo = new Map<ClientOrderId, TimeNs>();
  private instruments: ReadonlyMap<InstrumentId, Instrument> = new Map();
  /** Venue time of the newest fill and funding payment seen. */
  lastFillAt: TimeNs | undefined;
  lastFundingAt: TimeNs | undefined;
  /** Venue time at which the account's books begin. */
  anchoredAt: TimeNs | undefined;
  ready = false;

  constructor(readonly parts: SessionParts) {}

  get book(): AccountBook {
    return this.parts.book;
  }

  setInstruments(instruments: readonly Instrument[]): void {
    this.instruments = new Map(instruments.map((instrument) => [instrument.id, instrument]));
  }

  /** By the venue's rules and under the fleet's version. */
  instrument(id: InstrumentId): Instrument | undefined {
    const known = this.instruments.get(id);
    return known === undefined ? undefined : this.parts.versions.of(known);
  }

  traceOf(id: ClientOrderId): string {
    return this.traces.get(id) ?? '';
  }

  rememberTrace(id: ClientOrderId, traceparent: string): void {
    if (traceparent === '') return;
    this.traces.set(id, traceparent);
    const [oldest] = this.traces.keys();
    const most = this.book.openCount + this.parts.settings.finishedOrdersKept;
    if (this.traces.size > most && oldest !== undefined) this.traces.delete(oldest);
  }

  rememberRequest(id: ClientOrderId, mark: RequestMark): void {
    this.requests.set(id, mark);
  }

  requestOf(id: ClientOrderId): RequestMark | undefined {
    return this.requests.get(id);
  }

  /** The venue's report of an adopted order counts the fills up to its own time. */
  rememberAdoption(id: ClientOrderId, upTo: TimeNs): void {
    this.adoptedUpTo.set(id, upTo);
  }

  /** Work nobody waits for. A fault in it is the end of this leadership, which the journal's writer reports by itself. */
  detach(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
  }

  /** Moves an order; resolves when the move is durable. Late reports are absorbed, illegal ones reported. */
  move(order: Order, event: OrderEventType, changes: MoveChanges = {}, intent?: IntentRecord): Promise<void> {
    const { ports, recorder } = this.parts;
    const moved = move(order, event, ports.clock.now(), changes);
    if (moved.kind === 'late') return Promise.resolve();
    if (moved.kind === 'illegal') {
      this.reportIllegal(order, event, moved.fromState);
      return Promise.resolve();
    }
    const traceparent = this.traceOf(order.clientOrderId);
    this.keep(moved.order, event, moved.fromState);
    return recorder.record(
      { kind: 'order_changed', order: moved.order, event, fromState: moved.fromState },
      traceparent,
      intent,
    );
  }

  private reportIllegal(order: Order, event: OrderEventType, fromState: Order['state']): void {
    const { ports } = this.parts;
    ports.metrics.illegalMoves.add({ event, from_state: fromState });
    const trace = this.parentOf(order.clientOrderId);
    ports.logger.critical('illegal_transition', { order: order.clientOrderId, event, from_state: fromState, trace });
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
      // What moved it may have come by the venue's stream or a sweep, where no message's trace is in scope.
      trace: this.parentOf(order.clientOrderId),
    });
    if (order.state === 'in_doubt') this.doubt(order);
    else this.doubts.delete(order.clientOrderId);
    if (isFinal(order.state)) this.forget(order.clientOrderId);
    if (order.state === 'filled') ports.metrics.ordersFilled.add({ venue: order.venue, side: order.side });
    if ((order.state === 'cancelled' || order.state === 'expired') && order.state !== fromState)
      ports.metrics.ordersCancelled.add({ venue: order.venue });
    ports.metrics.ordersInDoubt.set({ account: account.accountId }, this.doubts.size);
  }

  private forget(id: ClientOrderId): void {
    this.requests.delete(id);
    this.adoptedUpTo.delete(id);
  }

  /** A doubt is settled after the expiry that was made durable with the intent, whoever sent it. */
  private doubt(order: Order): void {
    const { settings, time } = this.parts;
    // Unknown only for an order that we did not send: then its request can be no younger than now.
    const expiresAt =
      this.requests.get(order.clientOrderId)?.expiresAt ?? time.now() + msToNs(settings.requestValidityMs);
    this.resumeDoubt(order, expiresAt as TimeNs);
  }

  /** A doubt inherited from an earlier process. */
  resumeDoubt(order: Order, expiresAt: TimeNs): void {
    this.doubts.set(order.clientOrderId, newDoubt(order, expiresAt, this.parts.ports.clock.monotonicMs()));
  }

  /** Books a fill once (I-26); unknown orders' fills are money too and become facts without an order (I-25). */
  fill(reported: Fill): void {
    this.originOf(reported.clientOrderId);
    if (!this.book.takeFill(reported)) return;
    if (this.lastFillAt === undefined || reported.venueTimeNs > this.lastFillAt) this.lastFillAt = reported.venueTimeNs;
    const order = this.orderOf(reported);
    if (order === undefined && this.isOurs(reported.clientOrderId)) this.detach(this.fillOfForgotten(reported));
    else this.record(reported, order);
  }

  /** A fill long after its order's end: the journal still knows whose it is. */
  private async fillOfForgotten(reported: Fill): Promise<void> {
    this.record(reported, await this.recall(reported.clientOrderId));
  }

  private record(reported: Fill, order: Order | undefined): void {
    const { ports, recorder, account } = this.parts;
    const fill = { ...reported, accountId: account.accountId, accountKind: account.kind, ...ownership(order) };
    if (order === undefined) {
      ports.logger.warning('external_fill', { fill: fill.fillId, instrument: fill.instrumentId });
      this.detach(recorder.record({ kind: 'order_filled', fill }, ''));
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
    const counted = fill.venueTimeNs <= (this.adoptedUpTo.get(order.clientOrderId) ?? -1n);
    const applied = counted ? ({ kind: 'counted', order } as const) : applyFill(order, fill, ports.clock.now());
    if (applied.kind === 'overfilled') {
      ports.logger.critical('overfill', { order: order.clientOrderId, fill: fill.fillId });
      this.book.frozen.set(order.instrumentId, OVERFILLED);
    }
    if (applied.kind === 'illegal') this.reportIllegal(order, 'fill', applied.fromState);
    if (applied.kind === 'filled') this.keep(applied.order, applied.event, applied.fromState);
    else this.book.put(applied.order);
    this.detach(
      recorder.record({ kind: 'order_filled', fill, order: applied.order, ...arrivalOf(order) }, traceparent),
    );
  }

  funding(payment: FundingPayment): void {
    const { account, recorder } = this.parts;
    if (!this.book.takeFunding(payment)) return;
    if (this.lastFundingAt === undefined || payment.venueTimeNs > this.lastFundingAt)
      this.lastFundingAt = payment.venueTimeNs;
    this.detach(
      recorder.record(
        { kind: 'funding_paid', payment: { ...payment, accountId: account.accountId, accountKind: account.kind } },
        '',
      ),
    );
  }

  /**
   * The order a report or fill speaks of. Ours by its client id unless the venue's id, the instrument or the side say that
   * it is another one: two orders under one client id are two orders.
   */
  orderOf(said: {
    readonly clientOrderId?: ClientOrderId;
    readonly venueOrderId: VenueOrderId;
    readonly instrumentId: InstrumentId;
    readonly side: Order['side'];
  }): Order | undefined {
    const named = said.clientOrderId === undefined ? undefined : this.book.order(said.clientOrderId);
    const placed = this.book.orderOfVenue(said.venueOrderId);
    // Found at the venue after its end, it was taken on anew.
    if (placed?.external === true) return placed;
    const same =
      named !== undefined &&
      named.instrumentId === said.instrumentId &&
      named.side === said.side &&
      (named.venueOrderId === undefined || named.venueOrderId === said.venueOrderId);
    return same ? named : placed;
  }

  /**
   * Whose order it is. One of a later epoch of ours is proof of a newer leader, and this process is gone (I-09); one of
   * another fleet stops trading, and is left alone.
   */
  originOf(id: ClientOrderId | undefined): OrderOrigin {
    if (id === undefined) return 'external';
    if (this.book.order(id) !== undefined) return 'ours';
    const { account, epoch, health, ids, settings } = this.parts;
    const ours = { fleet: settings.fleetNumber, account: account.number, epoch, lastSequence: ids.lastSequence };
    const origin = originOf(id, ours);
    if (origin === 'foreign_epoch' && clientOrderIdParts(id).epoch > epoch)
      this.parts.onNewerLeader(`order ${id} at the venue is of a later epoch than ${String(epoch)}`);
    else if (stopsTrading(origin)) health.foreign(origin, id);
    return origin;
  }

  /** Whether this account of ours minted the id, in this or an earlier epoch. */
  isOurs(id: ClientOrderId | undefined): id is ClientOrderId {
    if (id === undefined || this.book.order(id) !== undefined) return false;
    const { fleet, account, epoch } = clientOrderIdParts(id);
    const { parts } = this;
    return fleet === parts.settings.fleetNumber && account === parts.account.number && epoch <= parts.epoch;
  }

  /** An order that memory has let go, as the journal holds it. */
  async recall(id: ClientOrderId | undefined): Promise<Order | undefined> {
    const { journal, timers } = this.parts.ports;
    for (let tries = 1; id !== undefined; tries += 1) {
      try {
        return await journal.order(id);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        if (tries >= RECALL_TRIES) break;
        await timers.sleep(RECALL_DELAY_MS);
      }
    }
    return undefined;
  }

  parentOf(id: ClientOrderId): { readonly traceparent: string } | undefined {
    const traceparent = this.traceOf(id);
    return traceparent === '' ? undefined : { traceparent };
  }

  /** After so long the venue shows what has happened, ms. */
  visibilityLagMs(): number {
    const { ports, settings } = this.parts;
    return Math.max(ports.venue.fence.visibilityLagMs, settings.doubt.visibilityLagMs);
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

const arrivalOf = ({ arrivalMid }: Order): Pick<Order, 'arrivalMid'> =>
  arrivalMid === undefined ? {} : { arrivalMid };
