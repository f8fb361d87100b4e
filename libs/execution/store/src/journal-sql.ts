/** The journal's statements. Each write is one statement, so one round trip and one commit make a batch durable. */

const GUARD = `guard AS (
  SELECT 1 FROM execution.accounts WHERE account_id = $1 AND epoch = $2 FOR SHARE
)`;

/** Arrays from parameter `first` on, one per column, as rows. */
const rows = (first: number, types: readonly string[]): string =>
  `unnest(${types.map((type, index) => `$${String(first + index)}::${type}[]`).join(', ')})`;

export const INTENT_COLUMNS = [
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

export const ORDER_COLUMNS = [
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
const types = (columns: Columns): readonly string[] => columns.map(([, type]) => type);

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

function insert(name: string, { table, columns, conflict, ownEpoch }: Insert, first: number): string {
  const epoch = ownEpoch === true ? ['', ''] : [', epoch', ', $2'];
  return `${name} AS (
  INSERT INTO execution.${table} (account_id${epoch[0] ?? ''}, ${names(columns)})
  SELECT $1${epoch[1] ?? ''}, ${names(columns)}
  FROM guard, ${rows(first, types(columns))} AS given (${names(columns)})
  ${conflict})`;
}

function writeStatement(parts: readonly (keyof typeof INSERTS)[]): string {
  let first = 3;
  const inserts = parts.map((part) => {
    const text = insert(part, INSERTS[part], first);
    first += INSERTS[part].columns.length;
    return text;
  });
  return `WITH ${[GUARD, ...inserts].join(',\n')}\nSELECT count(*) AS held FROM guard`;
}

/** The order path: an intent with its order and event, nothing else to plan or to send. */
export const WRITE_INTENTS = writeStatement(['intents', 'orders', 'events']);
export const WRITE_ALL = writeStatement(['intents', 'orders', 'events', 'fills', 'fundings']);

/** No row when the account has had this epoch already. */
export const CLAIM_EPOCH = `
  INSERT INTO execution.accounts (account_id, venue, kind, epoch, claimed_ns) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (account_id) DO UPDATE SET epoch = excluded.epoch, claimed_ns = excluded.claimed_ns
    WHERE execution.accounts.epoch < excluded.epoch
  RETURNING epoch`;

export const ACCOUNT = `SELECT venue, kind, epoch FROM execution.accounts WHERE account_id = $1`;

export const KEEP_LOSS_DAY = `
  INSERT INTO execution.loss_days VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (account_id) DO UPDATE SET day = excluded.day, start_ns = excluded.start_ns,
    start_equity = excluded.start_equity, start_transfers = excluded.start_transfers, last_ns = excluded.last_ns,
    last_equity = excluded.last_equity, last_transfers = excluded.last_transfers
    WHERE execution.loss_days.last_ns <= excluded.last_ns`;

export const OPEN_ORDERS = `
  SELECT orders.*, intents.expires_ns, intents.nonce, intents.signer FROM execution.orders
  LEFT JOIN execution.intents USING (client_order_id)
  WHERE orders.account_id = $1 AND state NOT IN ('filled', 'cancelled', 'expired', 'rejected')`;

export const ACCOUNT_MARKS = `
  SELECT anchored_ns,
    (SELECT coalesce(max(sequence), 0) FROM execution.account_events WHERE account_id = $1) AS last_sequence,
    (SELECT coalesce(max(nonce), 0) FROM execution.intents WHERE signer = $2) AS last_nonce,
    (SELECT published_sequence FROM execution.publications WHERE account_id = $1) AS published_sequence,
    (SELECT max(venue_time_ns) FROM execution.fills WHERE account_id = $1) AS last_fill_ns,
    (SELECT max(venue_time_ns) FROM execution.fundings WHERE account_id = $1) AS last_funding_ns
  FROM execution.accounts WHERE account_id = $1`;

export const POSITIONS = `
  SELECT instrument_id, sum(quantity) AS quantity FROM (
    SELECT instrument_id, quantity FROM execution.opening_positions WHERE account_id = $1
    UNION ALL
    SELECT instrument_id, CASE side WHEN 'buy' THEN quantity ELSE -quantity END FROM execution.fills WHERE account_id = $1
  ) AS moves GROUP BY instrument_id`;

export const RECENT_FILLS = `
  SELECT fill_id, venue_time_ns FROM execution.fills WHERE account_id = $1
  ORDER BY venue_time_ns DESC LIMIT $2`;

export const RECENT_FUNDINGS = `
  SELECT payment_id FROM execution.fundings WHERE account_id = $1 ORDER BY venue_time_ns DESC LIMIT $2`;

export const RECENT_REQUESTS = `
  SELECT order_request_id, client_order_id FROM execution.orders WHERE account_id = $1 AND NOT external
  ORDER BY created_ns DESC LIMIT $2`;

export const EVENTS_FROM = `
  SELECT sequence, event_id, subject, payload, traceparent FROM execution.account_events
  WHERE account_id = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3`;
