/**
 * What makes a batch durable. Each write is one statement, so one round trip and one commit; each is guarded by the
 * account's row, which a newer leader has to change first.
 */

const GUARD = `guard AS (
  SELECT 1 FROM execution.accounts WHERE account_id = $1 AND epoch = $2 FOR SHARE
)`;

const INTENT_COLUMNS = [
  ['client_order_id', 'text'],
  ['order_request_id', 'text'],
  ['strategy_id', 'text'],
  ['venue', 'text'],
  ['instrument_id', 'text'],
  ['side', 'text'],
  ['quantity', 'numeric'],
  ['limit_price', 'numeric'],
  ['time_in_force', 'text'],
  ['reduce_only', 'boolean'],
  ['account_kind', 'text'],
  ['nonce', 'numeric'],
  ['signer', 'text'],
  ['risk_epoch', 'integer'],
  ['expires_ns', 'bigint'],
  ['approval_expires_ns', 'bigint'],
  ['strategy_version', 'text'],
  ['config_version', 'text'],
  ['model_version', 'text'],
  ['instrument_version', 'integer'],
  ['traceparent', 'text'],
  ['tick_received_ns', 'bigint'],
  ['arrival_mid', 'numeric'],
] as const;

const ORDER_COLUMNS = [
  ['client_order_id', 'text'],
  ['venue_order_id', 'text'],
  ['order_request_id', 'text'],
  ['strategy_id', 'text'],
  ['venue', 'text'],
  ['instrument_id', 'text'],
  ['side', 'text'],
  ['quantity', 'numeric'],
  ['limit_price', 'numeric'],
  ['time_in_force', 'text'],
  ['reduce_only', 'boolean'],
  ['account_kind', 'text'],
  ['state', 'text'],
  ['filled_quantity', 'numeric'],
  ['filled_notional', 'numeric'],
  ['epoch', 'integer'],
  ['created_ns', 'bigint'],
  ['updated_ns', 'bigint'],
  ['reason', 'text'],
  ['external', 'boolean'],
  ['arrival_mid', 'numeric'],
] as const;

const EVENT_COLUMNS = [
  ['sequence', 'bigint'],
  ['event_id', 'text'],
  ['subject', 'text'],
  ['payload', 'bytea'],
  ['traceparent', 'text'],
] as const;

const FILL_COLUMNS = [
  ['fill_id', 'text'],
  ['instrument_id', 'text'],
  ['side', 'text'],
  ['quantity', 'numeric'],
  ['price', 'numeric'],
  ['client_order_id', 'text'],
  ['venue_time_ns', 'bigint'],
] as const;

const FUNDING_COLUMNS = [
  ['payment_id', 'text'],
  ['venue_time_ns', 'bigint'],
] as const;

type Columns = ReadonlyArray<readonly [name: string, type: string]>;
const names = (columns: Columns): string => columns.map(([name]) => name).join(', ');

interface Insert {
  readonly table: string;
  readonly columns: Columns;
  readonly conflict: string;
  /** Orders carry the epoch that minted them; everything else the epoch that wrote it. */
  readonly ownEpoch?: boolean;
}

const INSERTS = {
  intents: { table: 'intents', columns: INTENT_COLUMNS, conflict: 'ON CONFLICT (client_order_id) DO NOTHING' },
  orders: {
    table: 'orders',
    columns: ORDER_COLUMNS,
    conflict: `ON CONFLICT (client_order_id) DO UPDATE SET venue_order_id = excluded.venue_order_id, state = excluded.state,
      filled_quantity = excluded.filled_quantity, filled_notional = excluded.filled_notional,
      updated_ns = excluded.updated_ns, reason = excluded.reason`,
    ownEpoch: true,
  },
  events: {
    table: 'account_events',
    columns: EVENT_COLUMNS,
    conflict: 'ON CONFLICT (account_id, sequence) DO NOTHING',
  },
  fills: { table: 'fills', columns: FILL_COLUMNS, conflict: 'ON CONFLICT (account_id, fill_id) DO NOTHING' },
  fundings: {
    table: 'fundings',
    columns: FUNDING_COLUMNS,
    conflict: 'ON CONFLICT (account_id, payment_id) DO NOTHING',
  },
} as const satisfies Record<string, Insert>;

/** The columns' parameters from number `first` on; `array` when each holds a whole column. */
const parameters = (columns: Columns, first: number, array = ''): string =>
  columns.map(([, type], index) => `$${String(first + index)}::${type}${array}`).join(', ');

/** Any number of rows, given as one array a column. */
const manyRows = (columns: Columns, first: number): string =>
  `SELECT * FROM unnest(${parameters(columns, first, '[]')})`;
const oneRow = (columns: Columns, first: number): string => `SELECT ${parameters(columns, first)}`;

function insert({ table, columns, conflict, ownEpoch }: Insert, rows: string): string {
  const epoch = ownEpoch === true ? ['', ''] : [', epoch', ', $2'];
  return `INSERT INTO execution.${table} (account_id${epoch[0] ?? ''}, ${names(columns)})
  SELECT $1${epoch[1] ?? ''}, ${names(columns)} FROM guard, (${rows}) AS given (${names(columns)})
  ${conflict}`;
}

type Part = keyof typeof INSERTS;

/** The first two are the guard's. */
const FIRST_PARAMETER = 3;

/** Insert statements of the parts, whose parameters follow those of the guard. */
function inserts(parts: readonly Part[], rowsOf: typeof oneRow): ReadonlyArray<readonly [Part, string]> {
  let first = FIRST_PARAMETER;
  return parts.map((part) => {
    const { [part]: into } = INSERTS;
    const rows = rowsOf(into.columns, first);
    first += into.columns.length;
    return [part, insert(into, rows)] as const;
  });
}

const asCtes = (all: ReadonlyArray<readonly [string, string]>): string =>
  [GUARD, ...all.map(([name, text]) => `${name} AS (${text})`)].join(',\n');

/** Whatever there is of these parts; says whether the guard held. */
const manyOf = (parts: readonly Part[]): string =>
  `WITH ${asCtes(inserts(parts, manyRows))}\nSELECT count(*) AS held FROM guard`;

/** What an order is beside its intent when it is about to leave: the two times are the last parameters. */
const leaving = (firstTime: number): Readonly<Record<string, string>> => ({
  venue_order_id: 'NULL',
  state: `'sent'`,
  filled_quantity: '0',
  filled_notional: '0',
  epoch: '$2',
  created_ns: `$${String(firstTime)}::bigint`,
  updated_ns: `$${String(firstTime + 1)}::bigint`,
  reason: `''`,
  external: 'false',
});

/** An intent, its event, and its order, which repeats the intent's values instead of bringing its own. */
function leavingOrder(): string {
  const events = FIRST_PARAMETER + INTENT_COLUMNS.length;
  const own = leaving(events + EVENT_COLUMNS.length);
  const values = ORDER_COLUMNS.map(([name]) => {
    const shared = INTENT_COLUMNS.findIndex(([each]) => each === name);
    return own[name] ?? `$${String(FIRST_PARAMETER + shared)}`;
  });
  const into = (table: string, columns: Columns, row: string): string =>
    `INSERT INTO execution.${table} (account_id, ${names(columns)}) SELECT $1, ${row} FROM guard`;
  const withEpoch = (columns: Columns): Columns => [['epoch', 'integer'], ...columns];
  const ctes = asCtes([
    ['intents', into('intents', withEpoch(INTENT_COLUMNS), `$2, ${parameters(INTENT_COLUMNS, FIRST_PARAMETER)}`)],
    ['orders', into('orders', ORDER_COLUMNS, values.join(', '))],
  ]);
  return `WITH ${ctes}\n${into('account_events', withEpoch(EVENT_COLUMNS), `$2, ${parameters(EVENT_COLUMNS, events)}`)}`;
}

/** One order moved on, with its event: what follows each order that left. */
function movedOrder(): string {
  const [orders, events] = inserts(['orders', 'events'], oneRow);
  return `WITH ${asCtes(orders === undefined ? [] : [orders])}\n${events?.[1] ?? ''}`;
}

/**
 * The order path. As plain parameters, the order's own left out, and without a word on conflicts it costs the server half of
 * what the same rows as arrays do. The count of the last row says whether the guard held, which spares the answer a row to
 * read; rows that are there already are refused as a unique violation.
 */
export const WRITE_INTENT = leavingOrder();
/** No row counted: stale, or written before. */
export const WRITE_MOVE = movedOrder();
export const WRITE_ORDERS = manyOf(['intents', 'orders', 'events']);
export const WRITE_ALL = manyOf(['intents', 'orders', 'events', 'fills', 'fundings']);

/** The orders that these requests of an account became, other than the given ones. */
export const PLACED_BEFORE = `
  SELECT given.client_order_id AS repeat, first.client_order_id AS first
  FROM unnest($2::text[], $3::text[]) AS given (client_order_id, order_request_id)
  JOIN execution.intents AS first ON first.account_id = $1 AND first.order_request_id = given.order_request_id
    AND first.client_order_id <> given.client_order_id`;

export const IS_CURRENT = `SELECT 1 FROM execution.accounts WHERE account_id = $1 AND epoch = $2`;

export const widthOf = (part: Part): number => INSERTS[part].columns.length;
