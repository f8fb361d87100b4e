/** The journal's statements besides its writes. */

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
  SELECT order_request_id, client_order_id FROM execution.orders WHERE account_id = $1 AND NOT external AND NOT (state = 'rejected' AND reason = 'duplicate_order')
  ORDER BY created_ns DESC LIMIT $2`;

export const EVENTS_FROM = `
  SELECT sequence, event_id, subject, payload, traceparent FROM execution.account_events
  WHERE account_id = $1 AND sequence >= $2 ORDER BY sequence LIMIT $3`;
