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
  type Price,
  type Quantity,
  signOf,
  type StrategyId,
  type VenuePosition,
} from '@argosy/domain';
import type { WorstCase } from './risk-view.js';

/** An order that may still add to a position: approved and on its way, working, or in doubt. */
interface Claim {
  readonly request: OrderRequest;
  readonly remaining: Quantity;
}

interface Sums {
  position: bigint;
  buys: bigint;
  sells: bigint;
}

const worstOf = ({ position, buys, sells }: Sums): WorstCase => ({
  long: (position + buys > 0n ? position + buys : 0n) as Quantity,
  short: (sells - position > 0n ? sells - position : 0n) as Quantity,
});

/**
 * What the fleet holds and may come to hold. Approvals claim exposure the moment they are given and give it up only when
 * execution's facts say how the order ended: a time-out frees nothing (I-18).
 */
export class Exposure {
  private readonly claims = new Map<OrderRequestId, Claim>();
  private readonly positions = new Map<string, bigint>();
  private readonly strategyPositions = new Map<string, bigint>();
  private readonly kinds = new Map<AccountId, AccountKind>();

  setAccount(account: AccountId, kind: AccountKind): void {
    this.kinds.set(account, kind);
  }

  /** Replaces an account's positions and open orders by what execution states; claims it does not list are gone. */
  restore(account: AccountId, positions: readonly VenuePosition[], openOrders: readonly Order[]): void {
    for (const key of [...this.positions.keys()]) if (key.startsWith(`${account}/`)) this.positions.delete(key);
    for (const { instrumentId, quantity } of positions) this.positions.set(`${account}/${instrumentId}`, quantity);
    for (const [id, { request }] of [...this.claims]) if (request.accountId === account) this.claims.delete(id);
    for (const order of openOrders) this.follow(order);
  }

  claim(request: OrderRequest): void {
    this.claims.set(request.orderRequestId, { request, remaining: request.quantity });
  }

  has(id: OrderRequestId): boolean {
    return this.claims.has(id);
  }

  /** For an approval that is proven never to have reached execution. */
  release(id: OrderRequestId): void {
    this.claims.delete(id);
  }

  /** Takes an order's newest state. */
  follow(order: Order): void {
    if (!countsInExposure(order.state)) {
      this.claims.delete(order.orderRequestId);
      return;
    }
    this.claims.set(order.orderRequestId, {
      request: order,
      remaining: (order.quantity - order.filledQuantity) as Quantity,
    });
  }

  fill(fill: Fill): void {
    const moved = signOf(fill.side) * fill.quantity;
    const key = `${fill.accountId}/${fill.instrumentId}`;
    this.positions.set(key, (this.positions.get(key) ?? 0n) + moved);
    if (fill.strategyId === undefined) return;
    const strategyKey = `${key}/${fill.strategyId}`;
    this.strategyPositions.set(strategyKey, (this.strategyPositions.get(strategyKey) ?? 0n) + moved);
  }

  /** Sub-positions by strategy, from the ledger after a start. */
  setStrategyPosition(account: AccountId, instrument: InstrumentId, strategy: StrategyId, quantity: Amount): void {
    this.strategyPositions.set(`${account}/${instrument}/${strategy}`, quantity);
  }

  get openOrders(): number {
    return this.claims.size;
  }

  /** Requests approved but not yet heard of from execution are in here too. */
  open(): Iterable<OrderRequest> {
    return [...this.claims.values()].map(({ request }) => request);
  }

  position(account: AccountId, instrument: InstrumentId): Amount {
    return (this.positions.get(`${account}/${instrument}`) ?? 0n) as Amount;
  }

  /** The account in one instrument, with `extra` as if it were open too. */
  worst(account: AccountId, instrument: InstrumentId, extra?: OrderRequest): WorstCase {
    return worstOf(this.accountSums(account, instrument, extra));
  }

  private accountSums(account: AccountId, instrument: InstrumentId, extra: OrderRequest | undefined): Sums {
    return this.sums(
      this.position(account, instrument),
      extra,
      (request) => request.accountId === account && request.instrumentId === instrument,
    );
  }

  strategyWorst(request: OrderRequest): WorstCase {
    const held = this.strategyPositions.get(`${request.accountId}/${request.instrumentId}/${request.strategyId}`) ?? 0n;
    return worstOf(
      this.sums(
        held,
        request,
        (other) =>
          other.strategyId === request.strategyId &&
          other.accountId === request.accountId &&
          other.instrumentId === request.instrumentId,
      ),
    );
  }

  private sums(position: bigint, extra: OrderRequest | undefined, fits: (request: OrderRequest) => boolean): Sums {
    const sums: Sums = { position, buys: 0n, sells: 0n };
    const addClaim = ({ request, remaining }: Claim): void => {
      // A reduce-only order cannot add to a position: the venue cuts it down to what is there.
      if (request.reduceOnly) return;
      if (request.side === 'buy') sums.buys += remaining;
      else sums.sells += remaining;
    };
    for (const claim of this.claims.values()) {
      if (claim.request.orderRequestId !== extra?.orderRequestId && fits(claim.request)) addClaim(claim);
    }
    if (extra !== undefined && fits(extra)) addClaim({ request: extra, remaining: extra.quantity });
    return sums;
  }

  /**
   * Gross and net exposure in USD over all accounts of a kind, at the worst. An instrument without a price counts at the
   * price of its own open orders, else it cannot be valued and makes the whole unknown.
   */
  totals(
    kind: AccountKind,
    priceOf: (instrument: InstrumentId) => Price | undefined,
    extra?: OrderRequest,
  ): Totals | undefined {
    let gross = 0n;
    let highest = 0n;
    let lowest = 0n;
    for (const [account, instrument] of this.pairs(kind, extra)) {
      const { position, buys, sells } = this.accountSums(account, instrument, extra);
      if (position === 0n && buys === 0n && sells === 0n) continue;
      const price = priceOf(instrument) ?? (extra?.instrumentId === instrument ? extra.limitPrice : undefined);
      if (price === undefined) return undefined;
      const high = notional(price, (position + buys) as Quantity, 'up');
      const low = notional(price, (position - sells) as Quantity, 'up');
      gross += magnitude(high) > magnitude(low) ? magnitude(high) : magnitude(low);
      highest += high;
      lowest += low;
    }
    const net = magnitude(highest) > magnitude(lowest) ? magnitude(highest) : magnitude(lowest);
    return { gross: gross as Amount, net: net as Amount };
  }

  private *pairs(kind: AccountKind, extra: OrderRequest | undefined): Iterable<readonly [AccountId, InstrumentId]> {
    const seen = new Set<string>();
    const candidates: (readonly [string, string])[] = [...this.positions.keys()].map((key) => split(key));
    for (const { request } of this.claims.values()) candidates.push([request.accountId, request.instrumentId]);
    if (extra !== undefined) candidates.push([extra.accountId, extra.instrumentId]);
    for (const [account, instrument] of candidates) {
      const key = `${account}/${instrument}`;
      if (seen.has(key) || this.kinds.get(account as AccountId) !== kind) continue;
      seen.add(key);
      yield [account as AccountId, instrument as InstrumentId];
    }
  }

  /** Best prices of our own orders that may rest in an instrument. */
  ownQuotes(instrument: InstrumentId): { readonly bid: Price | undefined; readonly ask: Price | undefined } {
    let bid: Price | undefined;
    let ask: Price | undefined;
    for (const { request } of this.claims.values()) {
      if (request.instrumentId !== instrument) continue;
      if (request.side === 'buy') bid = bid === undefined || request.limitPrice > bid ? request.limitPrice : bid;
      else ask = ask === undefined || request.limitPrice < ask ? request.limitPrice : ask;
    }
    return { bid, ask };
  }
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

export interface Totals {
  readonly gross: Amount;
  readonly net: Amount;
}

const split = (key: string): readonly [string, string] => {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
};
