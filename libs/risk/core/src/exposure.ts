import {
  type AccountId,
  type AccountKind,
  type Amount,
  countsInExposure,
  type Fill,
  type InstrumentId,
  notional,
  type Order,
  type OrderRequest,
  type OrderRequestId,
  type OrderState,
  type Price,
  type Quantity,
  signOf,
  strategyId,
  type StrategyId,
  type VenuePosition,
} from '@argosy/domain';
import type { ReductionView, WorstCase } from './risk-view.js';

/** An order that may still add to a position: approved and on its way, working, or in doubt. */
interface Claim {
  readonly request: OrderRequest;
  readonly remaining: Quantity;
  /** Undefined before execution has spoken of it. */
  readonly state?: OrderState;
}

/** What open orders would move, unsigned; reductions apart, because they can take no more than there is. */
interface Sums {
  buys: bigint;
  sells: bigint;
  reducingBuys: bigint;
  reducingSells: bigint;
}

/** One account in one instrument. */
interface Lane extends Sums {
  readonly account: AccountId;
  readonly instrument: InstrumentId;
  position: bigint;
  /** The part of the position that no fill seen here explains: held before this process began to look. */
  unexplained: bigint;
  readonly claims: Map<OrderRequestId, Claim>;
  readonly strategies: Map<StrategyId, Share>;
}

/** A strategy's part of a lane. */
interface Share {
  position: bigint;
  buys: bigint;
  sells: bigint;
}

interface Bounds {
  readonly high: bigint;
  readonly low: bigint;
}

/** Whose external fills are: nobody's who could ask for an order. */
export const NOBODY = strategyId('none');

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const atLeastZero = (value: bigint): bigint => larger(value, 0n);

const worstOf = ({ high, low }: Bounds): WorstCase => ({
  long: atLeastZero(high) as Quantity,
  short: atLeastZero(-low) as Quantity,
});

/**
 * As far as the position can go either way. A reduce-only order takes off at most what is there, but it may do so before
 * the other orders of its side fill, so those then go further.
 */
function boundsOf(position: bigint, { buys, sells, reducingBuys, reducingSells }: Sums): Bounds {
  return {
    high: position + buys + smaller(reducingBuys, atLeastZero(-position)),
    low: position - sells - smaller(reducingSells, atLeastZero(position)),
  };
}

function addTo(sums: Sums, { side, reduceOnly }: OrderRequest, quantity: bigint): void {
  if (side === 'buy') {
    if (reduceOnly) sums.reducingBuys += quantity;
    else sums.buys += quantity;
  } else if (reduceOnly) sums.reducingSells += quantity;
  else sums.sells += quantity;
}

export interface Totals {
  readonly gross: Amount;
  readonly net: Amount;
}

type PriceOf = (instrument: InstrumentId) => Price | undefined;

/**
 * What the fleet holds and may come to hold. Approvals claim exposure the moment they are given and give it up only when
 * execution's facts say how the order ended: a time-out frees nothing (I-18).
 */
export class Exposure {
  private readonly claims = new Map<OrderRequestId, Lane>();
  private readonly lanes = new Map<AccountId, Map<InstrumentId, Lane>>();
  private readonly kinds = new Map<AccountId, AccountKind>();
  /** Rises with every fill and every restored position that differs: whoever compares positions knows whether one came between. */
  fillsSeen = 0;

  setAccount(account: AccountId, kind: AccountKind): void {
    this.kinds.set(account, kind);
  }

  /** Replaces an account's positions and open orders by what execution states; claims it does not list are gone. */
  restore(account: AccountId, positions: readonly VenuePosition[], openOrders: readonly Order[]): void {
    const stated = new Map<InstrumentId, bigint>(positions.map((held) => [held.instrumentId, held.quantity]));
    for (const instrument of stated.keys()) this.lane(account, instrument);
    for (const lane of this.lanes.get(account)?.values() ?? []) {
      const quantity = stated.get(lane.instrument) ?? 0n;
      if (quantity !== lane.position) this.fillsSeen += 1;
      lane.unexplained += quantity - lane.position;
      lane.position = quantity;
      for (const id of [...lane.claims.keys()]) this.release(id);
    }
    for (const order of openOrders) this.follow(order);
  }

  claim(request: OrderRequest): void {
    this.hold({ request, remaining: request.quantity });
  }

  has(id: OrderRequestId): boolean {
    return this.claims.has(id);
  }

  /** For an approval that is proven never to have reached execution. */
  release(id: OrderRequestId): void {
    const lane = this.claims.get(id);
    const claim = lane?.claims.get(id);
    if (lane === undefined || claim === undefined) return;
    this.claims.delete(id);
    lane.claims.delete(id);
    this.count(lane, claim, -claim.remaining);
  }

  /** Takes an order's newest state. */
  follow(order: Order): void {
    if (!countsInExposure(order.state)) this.release(order.orderRequestId);
    else
      this.hold({
        request: order,
        remaining: atLeastZero(order.quantity - order.filledQuantity) as Quantity,
        state: order.state,
      });
  }

  private hold(claim: Claim): void {
    const { orderRequestId: id, accountId, instrumentId } = claim.request;
    this.release(id);
    const lane = this.lane(accountId, instrumentId);
    this.claims.set(id, lane);
    lane.claims.set(id, claim);
    this.count(lane, claim, claim.remaining);
  }

  private count(lane: Lane, { request }: Claim, quantity: bigint): void {
    addTo(lane, request, quantity);
    const share = this.share(lane, request.strategyId);
    // The venue cuts a reduction down to the account's position, which may be other strategies': here it counts in full.
    if (request.side === 'buy') share.buys += quantity;
    else share.sells += quantity;
  }

  fill(fill: Fill): void {
    this.fillsSeen += 1;
    const moved = signOf(fill.side) * fill.quantity;
    const lane = this.lane(fill.accountId, fill.instrumentId);
    lane.position += moved;
    this.share(lane, fill.strategyId ?? NOBODY).position += moved;
  }

  /** A strategy's part of what was held at the start, for whoever knows it. */
  setStrategyPosition(account: AccountId, instrument: InstrumentId, strategy: StrategyId, quantity: Amount): void {
    const lane = this.lane(account, instrument);
    const share = this.share(lane, strategy);
    lane.unexplained -= quantity - share.position;
    share.position = quantity;
  }

  get openOrders(): number {
    return this.claims.size;
  }

  /** Orders that the venue may or may not have. */
  get inDoubt(): number {
    let count = 0;
    for (const [id, lane] of this.claims) if (lane.claims.get(id)?.state === 'in_doubt') count += 1;
    return count;
  }

  /** Requests approved but not yet heard of from execution are in here too. */
  open(): Iterable<OrderRequest> {
    return [...this.claims].flatMap(([id, lane]) => lane.claims.get(id)?.request ?? []);
  }

  position(account: AccountId, instrument: InstrumentId): Amount {
    return (this.lanes.get(account)?.get(instrument)?.position ?? 0n) as Amount;
  }

  /** The account in one instrument, with `extra` as if it were open too. */
  worst(account: AccountId, instrument: InstrumentId, extra?: OrderRequest): WorstCase {
    return worstOf(this.bounds(account, instrument, extra));
  }

  private bounds(account: AccountId, instrument: InstrumentId, extra: OrderRequest | undefined): Bounds {
    const lane = this.lanes.get(account)?.get(instrument);
    const sums: Sums = {
      buys: lane?.buys ?? 0n,
      sells: lane?.sells ?? 0n,
      reducingBuys: lane?.reducingBuys ?? 0n,
      reducingSells: lane?.reducingSells ?? 0n,
    };
    if (extra?.accountId === account && extra.instrumentId === instrument) {
      const before = lane?.claims.get(extra.orderRequestId);
      if (before !== undefined) addTo(sums, before.request, -before.remaining);
      addTo(sums, extra, extra.quantity);
    }
    return boundsOf(lane?.position ?? 0n, sums);
  }

  /** What a reduction like `request` finds: the account's position and the other open orders of its side. */
  reduction(request: OrderRequest): ReductionView {
    const lane = this.lanes.get(request.accountId)?.get(request.instrumentId);
    const before = lane?.claims.get(request.orderRequestId);
    const own = before !== undefined && before.request.side === request.side ? before.remaining : 0n;
    const reducing = (request.side === 'buy' ? lane?.reducingBuys : lane?.reducingSells) ?? 0n;
    const ordinary = (request.side === 'buy' ? lane?.buys : lane?.sells) ?? 0n;
    const [ownReducing, ownOrdinary] = before?.request.reduceOnly === true ? [own, 0n] : [0n, own];
    return {
      position: (lane?.position ?? 0n) as Amount,
      reducing: (reducing - ownReducing) as Quantity,
      ordinary: (ordinary - ownOrdinary) as Quantity,
    };
  }

  /** A strategy's own position, as far as its fills and the ledger tell. */
  strategyPosition(account: AccountId, instrument: InstrumentId, strategy: StrategyId): Amount {
    return (this.lanes.get(account)?.get(instrument)?.strategies.get(strategy)?.position ?? 0n) as Amount;
  }

  /** Where part of a position is nobody's as far as is known here. */
  *unexplained(): Iterable<{ readonly account: AccountId; readonly instrument: InstrumentId }> {
    for (const [account, lanes] of this.lanes) {
      for (const [instrument, lane] of lanes) if (lane.unexplained !== 0n) yield { account, instrument };
    }
  }

  /** Every position that is not flat. */
  *positions(): Iterable<{
    readonly account: AccountId;
    readonly instrument: InstrumentId;
    readonly quantity: Amount;
  }> {
    for (const [account, lanes] of this.lanes) {
      for (const [instrument, { position }] of lanes) {
        if (position !== 0n) yield { account, instrument, quantity: position as Amount };
      }
    }
  }

  /** What nobody can explain may be the strategy's own, so it counts where it makes the worst case worse. */
  strategyWorst(request: OrderRequest): WorstCase {
    const lane = this.lanes.get(request.accountId)?.get(request.instrumentId);
    const share = lane?.strategies.get(request.strategyId);
    const before = lane?.claims.get(request.orderRequestId);
    const own = before === undefined ? 0n : before.remaining;
    const extra = request.quantity;
    const held = share?.position ?? 0n;
    const unexplained = lane?.unexplained ?? 0n;
    const buys = (share?.buys ?? 0n) + (request.side === 'buy' ? extra - own : 0n);
    const sells = (share?.sells ?? 0n) + (request.side === 'sell' ? extra - own : 0n);
    return worstOf({ high: held + atLeastZero(unexplained) + buys, low: held - atLeastZero(-unexplained) - sells });
  }

  /**
   * Gross and net exposure in USD over all accounts of a kind, at the worst. An instrument without a price counts at the
   * price of `extra`, else it cannot be valued and makes the whole unknown.
   */
  totals(kind: AccountKind, priceOf: PriceOf, extra?: OrderRequest): Totals | undefined {
    let gross = 0n;
    let highest = 0n;
    let lowest = 0n;
    for (const [account, ofKind] of this.kinds) {
      if (ofKind !== kind) continue;
      for (const instrument of this.instruments(account, extra)) {
        const { high, low } = this.bounds(account, instrument, extra);
        if (high === 0n && low === 0n) continue;
        const price = priceOf(instrument) ?? (extra?.instrumentId === instrument ? extra.limitPrice : undefined);
        if (price === undefined) return undefined;
        const [above, below] = [notional(price, high as Quantity, 'up'), notional(price, low as Quantity, 'up')];
        gross += larger(magnitude(above), magnitude(below));
        highest += above;
        lowest += below;
      }
    }
    return { gross: gross as Amount, net: larger(magnitude(highest), magnitude(lowest)) as Amount };
  }

  /**
   * The sum over an account's instruments of what its worst position there weighs (its value, its margin), or undefined
   * when one of them cannot be weighed.
   */
  accountWorst(
    account: AccountId,
    weigh: (instrument: InstrumentId, quantity: Quantity) => Amount | undefined,
    extra?: OrderRequest,
  ): Amount | undefined {
    let sum = 0n;
    for (const instrument of this.instruments(account, extra)) {
      const { high, low } = this.bounds(account, instrument, extra);
      const quantity = larger(magnitude(high), magnitude(low));
      if (quantity === 0n) continue;
      const weight = weigh(instrument, quantity as Quantity);
      if (weight === undefined) return undefined;
      sum += weight;
    }
    return sum as Amount;
  }

  private *instruments(account: AccountId, extra: OrderRequest | undefined): Iterable<InstrumentId> {
    const lanes = this.lanes.get(account);
    if (lanes !== undefined) yield* lanes.keys();
    if (extra?.accountId === account && lanes?.has(extra.instrumentId) !== true) yield extra.instrumentId;
  }

  /** Best prices of our own orders that may rest in an instrument. */
  ownQuotes(instrument: InstrumentId): { readonly bid: Price | undefined; readonly ask: Price | undefined } {
    let bid: Price | undefined;
    let ask: Price | undefined;
    for (const lanes of this.lanes.values()) {
      for (const { request } of lanes.get(instrument)?.claims.values() ?? []) {
        if (request.side === 'buy') bid = bid === undefined || request.limitPrice > bid ? request.limitPrice : bid;
        else ask = ask === undefined || request.limitPrice < ask ? request.limitPrice : ask;
      }
    }
    return { bid, ask };
  }

  private lane(account: AccountId, instrument: InstrumentId): Lane {
    let lanes = this.lanes.get(account);
    if (lanes === undefined) this.lanes.set(account, (lanes = new Map<InstrumentId, Lane>()));
    let lane = lanes.get(instrument);
    if (lane === undefined) {
      const nothing = { buys: 0n, sells: 0n, reducingBuys: 0n, reducingSells: 0n, position: 0n, unexplained: 0n };
      lane = { account, instrument, ...nothing, claims: new Map(), strategies: new Map() };
      lanes.set(instrument, lane);
    }
    return lane;
  }

  private share(lane: Lane, strategy: StrategyId): Share {
    let share = lane.strategies.get(strategy);
    if (share === undefined) lane.strategies.set(strategy, (share = { position: 0n, buys: 0n, sells: 0n }));
    return share;
  }
}
