import type { HttpAnswer, HttpCall, Peer, SocketHandlers, WebProtocol } from '../protocol.js';
import type { Product, ReferenceFeed, ReferenceSymbol } from './reference-feed.js';
import type { RateLimits } from '@argosy/exchange-core';
import { limitedAnswer } from '../hyperliquid/limit-desk.js';
import type { StreamHub } from './stream-hub.js';
import { StreamSession } from './stream-session.js';

const ok = (body: unknown): HttpAnswer => ({
  status: 200,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const bad = (code: number, msg: string): HttpAnswer => ({ status: 400, body: JSON.stringify({ code, msg }) });

const PREFIXES: readonly (readonly [string, Product])[] = [
  ['/api/v3/', 'spot'],
  ['/fapi/v1/', 'usdm'],
];
const DEPTH_LIMIT = { fallback: { spot: 100, usdm: 500 }, most: { spot: 5_000, usdm: 1_000 } } as const;

export interface BinanceOptions {
  /** What `/health` says. */
  readonly health?: () => object;
  readonly limits?: RateLimits;
  /** The time by which limits fill again. */
  readonly nowMs?: () => number;
}

const BANNED_STATUS = 418;
/** What a book weighs by its depth, and other questions by name (the venue's general information page). */
const DEPTH_WEIGHTS: readonly (readonly [limit: number, weight: number])[] = [
  [100, 5],
  [500, 25],
  [1_000, 50],
];
const DEEPEST_WEIGHT = 250;
const INFO_WEIGHT = 20;

function weightOf({ path, query }: HttpCall): number {
  if (path.endsWith('/exchangeInfo')) return INFO_WEIGHT;
  if (!path.endsWith('/depth')) return 1;
  const limit = Number(query.get('limit') ?? DEPTH_LIMIT.fallback.spot);
  return DEPTH_WEIGHTS.find(([most]) => limit <= most)?.[1] ?? DEEPEST_WEIGHT;
}

/** The public part of the Binance protocol: streams, and the few REST questions that a book needs. */
export class BinanceProtocol implements WebProtocol {
  constructor(
    private readonly feed: ReferenceFeed,
    private readonly hub: StreamHub,
    private readonly options: BinanceOptions = {},
  ) {}

  async answer(call: HttpCall): Promise<HttpAnswer> {
    const prefix = PREFIXES.find(([path]) => call.path.startsWith(path));
    if (call.path === '/health') return ok(this.options.health?.() ?? { status: 'ok' });
    if (prefix === undefined || call.method !== 'GET') return { status: 404, body: '' };
    const [path, product] = prefix;
    const { limits, nowMs } = this.options;
    const limited = limits?.take(call.from ?? '', weightOf(call), nowMs?.() ?? 0);
    if (limited !== undefined) return limitedAnswer(limited, BANNED_STATUS);
    switch (call.path.slice(path.length)) {
      case 'ping':
        return ok('{}');
      case 'time':
        return ok({ serverTime: Math.trunc(this.feed.nowMs()) });
      case 'exchangeInfo':
        return this.exchangeInfo(call, product);
      case 'depth':
        return this.depth(call, product);
      default:
        return { status: 404, body: '' };
    }
  }

  accept(path: string, query: URLSearchParams, peer: Peer): SocketHandlers | undefined {
    const isCombined = path === '/stream';
    const isRaw = path === '/ws' || path.startsWith('/ws/');
    if (!isCombined && !isRaw) return undefined;
    const session = new StreamSession(this.hub, peer, isCombined);
    const names = isCombined ? (query.get('streams') ?? '') : path.slice('/ws/'.length);
    return session.subscribe(names.split('/').filter((name) => name !== '')) ? session : undefined;
  }

  private listed(product: Product): readonly ReferenceSymbol[] {
    return this.feed.symbols.filter((symbol) => symbol.product === product);
  }

  private exchangeInfo(call: HttpCall, product: Product): HttpAnswer {
    const wanted = call.query.get('symbol');
    const symbols = this.listed(product).filter(({ symbol }) => wanted === null || symbol === wanted);
    if (wanted !== null && symbols.length === 0) return bad(-1121, 'Invalid symbol.');
    return ok({
      timezone: 'UTC',
      serverTime: Math.trunc(this.feed.nowMs()),
      rateLimits: [],
      exchangeFilters: [],
      symbols: symbols.map((symbol) => (product === 'spot' ? spotSymbol(symbol) : usdmSymbol(symbol))),
    });
  }

  private async depth(call: HttpCall, product: Product): Promise<HttpAnswer> {
    const wanted = call.query.get('symbol');
    if (wanted === null || wanted === '') {
      return bad(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
    }
    const symbol = this.listed(product).find((candidate) => candidate.symbol === wanted);
    if (symbol === undefined) return bad(-1121, 'Invalid symbol.');
    const text = call.query.get('limit') ?? String(DEPTH_LIMIT.fallback[product]);
    const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (limit === 0) return bad(-1100, "Illegal characters found in parameter 'limit'.");
    return ok(await this.feed.depth(symbol, Math.min(limit, DEPTH_LIMIT.most[product])));
  }
}

const filters = ({ tick, lot, minimumNotional }: ReferenceSymbol, notionalFilter: object) => [
  { filterType: 'PRICE_FILTER', minPrice: tick, maxPrice: '1000000.00000000', tickSize: tick },
  { filterType: 'LOT_SIZE', minQty: lot, maxQty: '9000.00000000', stepSize: lot },
  { ...notionalFilter, minNotional: minimumNotional },
];

const spotSymbol = (symbol: ReferenceSymbol) => ({
  symbol: symbol.symbol,
  status: 'TRADING',
  baseAsset: symbol.base,
  baseAssetPrecision: 8,
  quoteAsset: symbol.quote,
  quotePrecision: 8,
  quoteAssetPrecision: 8,
  orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  filters: filters(symbol, { filterType: 'NOTIONAL' }),
  permissions: [],
  permissionSets: [['SPOT']],
});

const usdmSymbol = (symbol: ReferenceSymbol) => ({
  symbol: symbol.symbol,
  pair: symbol.symbol,
  contractType: 'PERPETUAL',
  status: 'TRADING',
  baseAsset: symbol.base,
  quoteAsset: symbol.quote,
  marginAsset: symbol.quote,
  pricePrecision: decimalsOf(symbol.tick),
  quantityPrecision: decimalsOf(symbol.lot),
  filters: filters(symbol, { filterType: 'MIN_NOTIONAL', notional: symbol.minimumNotional }),
  orderTypes: ['LIMIT', 'MARKET'],
  timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
});

const decimalsOf = (text: string): number => (/\.(\d*?)0*$/.exec(text)?.[1] ?? '').length;
