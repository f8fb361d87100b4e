/** What faults do to a text on its way out. Each takes JSON text and gives other text; what does not fit stays as it is. */
type Shape = null | boolean | number | string | readonly Shape[] | { readonly [key: string]: Shape };
type Fields = { readonly [key: string]: Shape };

const isFields = (value: Shape | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: Shape | undefined): value is readonly Shape[] => Array.isArray(value);

function parsed(text: string): Shape | undefined {
  try {
    return JSON.parse(text) as Shape;
  } catch {
    return undefined;
  }
}

/** Every value of the tree, deepest first, through `change`. */
function walk(value: Shape, change: (value: Shape, key: string) => Shape, key = ''): Shape {
  if (isList(value))
    return change(
      value.map((inner) => walk(inner, change)),
      key,
    );
  if (!isFields(value)) return change(value, key);
  return change(
    Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner, change, name)])),
    key,
  );
}

function mapped(text: string, change: (value: Shape, key: string) => Shape): string {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(walk(value, change));
}

export const truncated = (text: string): string => text.slice(0, Math.ceil(text.length / 2));

/** Longer by `bytes`, and still JSON where it was. */
export function giant(text: string, bytes: number): string {
  const padding = 'x'.repeat(Math.trunc(bytes));
  if (text.endsWith('}') && text.length > 2) return `${text.slice(0, -1)},"padding":"${padding}"}`;
  return text.endsWith(']') ? `${text}${' '.repeat(padding.length)}` : text + padding;
}

const ENUMS: ReadonlySet<string> = new Set(['status', 'dir', 'tif', 'orderType']);
/** An answer's own `status` is how its shape is known: without it nothing could be read at all. */
const ENVELOPE: ReadonlySet<Shape> = new Set(['ok', 'err', 'order', 'unknownOid']);

/** Statuses and directions that nobody has heard of; a public frame is of an unknown channel or event. */
export function unknownEnum(text: string, isPublic: boolean): string {
  if (isPublic)
    return mapped(text, (value, key) => (key === 'channel' || key === 'e' || key === 'stream' ? 'quantumBook' : value));
  return mapped(text, (value, key) =>
    ENUMS.has(key) && typeof value === 'string' && !ENVELOPE.has(value) ? 'quantumLocked' : value,
  );
}

export const unknownField = (text: string): string =>
  mapped(text, (value) => (isFields(value) ? { ...value, neverSeenBefore: { since: 2_026, flags: [] } } : value));

/** Keys that hold one price, by protocol: `p` and `c` and their kind are prices on the reference venue only. */
const PRICES: Readonly<Record<'hyperliquid' | 'binance', ReadonlySet<string>>> = {
  hyperliquid: new Set(['px', 'markPx', 'oraclePx', 'midPx', 'prevDayPx', 'o', 'c', 'h', 'l']),
  binance: new Set(['p']),
};
const HUGE = 1_000_000_000;
const FIGURES = 5;

export type BadPrice = 'zero' | 'negative' | 'nan' | 'huge' | 'spike';

function badPrice(text: string, how: BadPrice, factor: number): string {
  const value = Number(text);
  switch (how) {
    case 'zero':
      return '0.0';
    case 'negative':
      return `-${text}`;
    case 'nan':
      return 'NaN';
    case 'huge':
      return String(Math.trunc(value * HUGE));
    case 'spike':
      return plainDecimal(text, factor);
  }
}

/** Five significant figures and no more places than it had, which every asset's rules allow; never an exponent. */
function plainDecimal(text: string, factor: number): string {
  const value = Number(text) * factor;
  const magnitude = value > 0 ? Math.floor(Math.log10(value)) : 0;
  const places = Math.min(text.split('.')[1]?.length ?? 0, Math.max(0, FIGURES - 1 - magnitude));
  const scale = 10 ** places;
  return String(Math.max(1, Math.round(value * scale)) / scale);
}

export function badPrices(text: string, venue: 'hyperliquid' | 'binance', how: BadPrice, factor: number): string {
  const levels = (value: Shape): Shape =>
    isList(value)
      ? value.map((level) =>
          isList(level) && typeof level[0] === 'string' ? [badPrice(level[0], how, factor), ...level.slice(1)] : level,
        )
      : typeof value === 'string'
        ? badPrice(value, how, factor)
        : value;
  return mapped(text, (value, key) => {
    if (venue === 'binance' && (key === 'b' || key === 'a')) return levels(value);
    if (key === 'mids' && isFields(value))
      return Object.fromEntries(
        Object.entries(value).map(([coin, px]) => [coin, typeof px === 'string' ? badPrice(px, how, factor) : px]),
      );
    return PRICES[venue].has(key) && typeof value === 'string' ? badPrice(value, how, factor) : value;
  });
}

/** The best level of each side has another size than it has. */
export const wrongSizes = (text: string): string =>
  mapped(text, (value, key) => {
    if (key === 'levels' && isList(value)) return value.map(wrongFirst);
    if ((key === 'b' || key === 'a') && isList(value)) return wrongFirst(value);
    if ((key === 'B' || key === 'A') && typeof value === 'string') return doubled(value);
    return value;
  });

const doubled = (size: string): string => String(Number(size) * 2 + 1);

function wrongFirst(side: Shape): Shape {
  if (!isList(side)) return side;
  const [best, ...rest] = side;
  if (isList(best) && typeof best[1] === 'string') return [[best[0] as Shape, doubled(best[1])], ...rest];
  if (isFields(best) && typeof best['sz'] === 'string') return [{ ...best, sz: doubled(best['sz']) }, ...rest];
  return side;
}

/** Bids where asks should be, and the other way about. */
export const crossed = (text: string): string =>
  mapped(text, (value, key) => {
    if ((key === 'levels' || key === 'bbo') && isList(value)) return [...value].reverse();
    if (isFields(value) && value['b'] !== undefined && value['a'] !== undefined)
      return isList(value['b']) && isList(value['a'])
        ? withCrossingBid(value, value['a'])
        : { ...value, b: value['a'], a: value['b'] };
    return value;
  });

/** Diffs cross by a bid far above everything. */
function withCrossingBid(diff: Fields, asks: readonly Shape[]): Fields {
  const bids = isList(diff['b']) ? diff['b'] : [];
  const known = [...asks, ...bids].flatMap((level) => (isList(level) ? [Number(level[0])] : []));
  const px = String(Math.ceil(Math.max(1, ...known) * 2));
  return { ...diff, b: [...bids, [px, '1.00000']] };
}

/** Orders and fills that happened at `sinceMs` or later are not there yet. */
export function withoutYoung(text: string, type: string, sinceMs: number): string {
  const answer = parsed(text);
  if (answer === undefined) return text;
  if (type === 'orderStatus') return isYoung(answer, sinceMs) ? '{"status":"unknownOid"}' : text;
  if (!isList(answer)) return text;
  return JSON.stringify(answer.filter((row) => !isYoung(row, sinceMs)));
}

function isYoung(row: Shape, sinceMs: number): boolean {
  if (!isFields(row)) return false;
  const at = row['timestamp'] ?? row['time'];
  if (typeof at === 'number') return at >= sinceMs;
  return isFields(row['order']) && isYoung(row['order'], sinceMs);
}
