import {
  type Amount,
  assert,
  type ClientOrderId,
  type Fill,
  type FundingPayment,
  type InstrumentId,
  type Quantity,
  signOf,
  type TimeNs,
} from '@argosy/domain';
import type { FinishedOrder, PaperAccountState, PaperEvent, PaperOrder, PaperPosition } from './paper-event.js';
import { FLAT, traded } from './position.js';

/** What an account can be asked about later; older entries are forgotten. */
export const FILLS_KEPT = 5_000;
export const FINISHED_ORDERS_KEPT = 5_000;
export const FUNDINGS_KEPT = 1_000;
/** As the venue: so many of the highest nonces are remembered, and a lower one than all of them is refused. */
export const NONCES_KEPT = 100;
/** A list may outgrow its limit by this share before it is cut, so that cutting stays cheap. */
const SLACK = 1.25;

function keep<T>(list: T[], item: T, limit: number): void {
  list.push(item);
  if (list.length > limit * SLACK) list.splice(0, list.length - limit);
}

/** One paper account: orders, money and history, moved by events alone. */
export class PaperAccount {
  readonly bornAt: TimeNs;
  readonly orders = new Map<number, PaperOrder>();
  private readonly finished = new Map<number, FinishedOrder>();
  private readonly byClientId = new Map<ClientOrderId, number>();
  private readonly held = new Map<InstrumentId, PaperPosition>();
  private readonly nonces: bigint[];
  readonly fills: Fill[];
  readonly fundings: FundingPayment[];
  rawCash: Amount;
  nextOid: number;
  nextFill: number;
  /** Time of the newest fill, and the floor of the next one's. */
  lastFillAt: TimeNs;

  constructor(state: PaperAccountState) {
    this.bornAt = state.bornAt;
    this.rawCash = state.rawCash;
    this.nextOid = state.nextOid;
    this.nextFill = state.nextFill;
    this.lastFillAt = state.lastFillAt;
    this.nonces = [...state.nonces];
    this.fills = [...state.fills];
    this.fundings = [...state.fundings];
    for (const finished of state.finished) this.remember(finished);
    for (const order of state.orders) this.put(order);
    for (const [instrument, position] of state.positions) this.held.set(instrument, position);
  }

  static opened(bornAt: TimeNs, cash: Amount): PaperAccount {
    return new PaperAccount({
      bornAt,
      rawCash: cash,
      nextOid: 1,
      nextFill: 1,
      lastFillAt: bornAt,
      nonces: [],
      orders: [],
      finished: [],
      positions: [],
      fills: [],
      fundings: [],
    });
  }

  state(): PaperAccountState {
    return {
      bornAt: this.bornAt,
      rawCash: this.rawCash,
      nextOid: this.nextOid,
      nextFill: this.nextFill,
      lastFillAt: this.lastFillAt,
      nonces: [...this.nonces],
      orders: [...this.orders.values()],
      finished: [...this.finished.values()],
      positions: [...this.held],
      fills: this.fills.slice(-FILLS_KEPT),
      fundings: this.fundings.slice(-FUNDINGS_KEPT),
    };
  }

  apply(event: PaperEvent): void {
    switch (event.type) {
      case 'nonce':
        return this.spend(event.nonce);
      case 'order':
        this.nextOid = Math.max(this.nextOid, event.order.oid + 1);
        return this.put(event.order);
      case 'rested':
        return this.put({ ...this.open(event.oid), ahead: event.ahead });
      case 'fill':
        return this.fill(event.oid, event.fill);
      case 'end': {
        const { oid, status, reason, at } = event;
        const order = this.open(oid);
        this.orders.delete(oid);
        return this.remember({ order, status, reason, at });
      }
      case 'funding':
        this.rawCash = (this.rawCash + event.payment.amount) as Amount;
        return keep(this.fundings, event.payment, FUNDINGS_KEPT);
    }
  }

  position(instrument: InstrumentId): PaperPosition {
    return this.held.get(instrument) ?? FLAT;
  }

  get positions(): readonly (readonly [InstrumentId, PaperPosition])[] {
    return [...this.held];
  }

  knows(id: ClientOrderId): boolean {
    return this.byClientId.has(id);
  }

  orderOf(id: ClientOrderId): PaperOrder | undefined {
    const oid = this.byClientId.get(id);
    return oid === undefined ? undefined : this.orders.get(oid);
  }

  finishedOf(id: ClientOrderId): FinishedOrder | undefined {
    const oid = this.byClientId.get(id);
    return oid === undefined ? undefined : this.finished.get(oid);
  }

  finishedByOid(oid: number): FinishedOrder | undefined {
    return this.finished.get(oid);
  }

  /** Why a nonce cannot be used, or undefined. */
  nonceProblem(nonce: bigint): 'duplicate' | 'too_low' | undefined {
    if (this.nonces.includes(nonce)) return 'duplicate';
    const [smallest] = this.nonces;
    return this.nonces.length >= NONCES_KEPT && smallest !== undefined && nonce < smallest ? 'too_low' : undefined;
  }

  private spend(nonce: bigint): void {
    let at = this.nonces.length;
    while (at > 0 && (this.nonces[at - 1] ?? 0n) > nonce) at -= 1;
    this.nonces.splice(at, 0, nonce);
    if (this.nonces.length > NONCES_KEPT) this.nonces.shift();
  }

  private open(oid: number): PaperOrder {
    const order = this.orders.get(oid);
    assert(order !== undefined, `paper order ${String(oid)} is not open`);
    return order;
  }

  private put(order: PaperOrder): void {
    this.orders.set(order.oid, order);
    this.byClientId.set(order.clientOrderId, order.oid);
  }

  private fill(oid: number, fill: Fill): void {
    const order = this.open(oid);
    const remaining = order.remaining - fill.quantity;
    assert(remaining >= 0n, `paper order ${String(oid)} is filled beyond its quantity`);
    this.put({ ...order, remaining: remaining as Quantity });
    const { position, value } = traded(this.position(fill.instrumentId), fill.side, fill.price, fill.quantity);
    if (position.quantity === 0n) this.held.delete(fill.instrumentId);
    else this.held.set(fill.instrumentId, position);
    this.rawCash = (this.rawCash - signOf(fill.side) * value - fill.fee) as Amount;
    this.nextFill += 1;
    this.lastFillAt = fill.venueTimeNs;
    keep(this.fills, fill, FILLS_KEPT);
  }

  private remember(finished: FinishedOrder): void {
    const { oid, clientOrderId } = finished.order;
    this.finished.set(oid, finished);
    this.byClientId.set(clientOrderId, oid);
    if (this.finished.size <= FINISHED_ORDERS_KEPT) return;
    const [oldest] = this.finished.values();
    if (oldest === undefined) return;
    this.finished.delete(oldest.order.oid);
    this.byClientId.delete(oldest.order.clientOrderId);
  }
}
