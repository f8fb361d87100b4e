import { clientOrderId, Fault, type Order } from '@argosy/domain';
import { type IntentRecord, type JournalBatch, RequestsPlacedBefore } from '@argosy/execution-core';
import { type Database, sqlState } from '@argosy/platform-database';
import { columnsOf, eventValues, fillValues, fundingValues, intentValues, orderValues, text } from './order-row.js';
import { IS_CURRENT, PLACED_BEFORE, widthOf, WRITE_ALL, WRITE_INTENT, WRITE_MOVE, WRITE_ORDERS } from './write-sql.js';

type Sql = Pick<Database, 'query'>;

const UNIQUE_VIOLATION = '23505';

/**
 * Makes a batch durable, or nothing of it. Faults: STALE_EPOCH, STORE_UNAVAILABLE, REQUEST_REPEATED. @throws the driver's
 * error when a row breaks another rule of the journal.
 */
export async function writeBatch(sql: Sql, batch: JournalBatch): Promise<void> {
  const holds = (await writeOne(sql, batch)) ?? (await writeAny(sql, batch));
  if (!holds) {
    throw new Fault('STALE_EPOCH', `account ${batch.accountId}: epoch ${String(batch.epoch)} is no longer current`);
  }
}

/** One order with one event, as nearly every batch is. Undefined when it is not, or when some of it is there already. */
async function writeOne(sql: Sql, { accountId, epoch, ...batch }: JournalBatch): Promise<boolean | undefined> {
  const [[intent], [order], [event]] = [batch.intents, batch.orders, batch.events];
  if (order === undefined || event === undefined || batch.fills.length + batch.fundings.length > 0) return undefined;
  if (batch.intents.length > 1 || batch.orders.length > 1 || batch.events.length > 1) return undefined;
  if (intent !== undefined) {
    if (!isLeaving(order, intent) || order.accountId !== accountId || order.epoch !== epoch) return undefined;
    const times = [String(order.createdAt), String(order.updatedAt)];
    return writeNew(sql, [accountId, epoch, ...intentValues(intent), ...eventValues(event), ...times]);
  }
  const values = [accountId, epoch, ...orderValues(order), ...eventValues(event)];
  const { rowCount } = await sql.query({ name: 'write_move', text: WRITE_MOVE, values });
  return rowCount === 1 || (await isCurrent(sql, accountId, epoch));
}

/** What an order has from its intent. */
const SHARED = [
  'orderRequestId',
  'strategyId',
  'venue',
  'instrumentId',
  'side',
  'quantity',
  'limitPrice',
  'timeInForce',
  'reduceOnly',
  'accountKind',
  'arrivalMid',
] as const satisfies readonly (keyof Order & keyof IntentRecord['intent'])[];

/** Whether the order is nothing but its intent, about to leave. */
const isLeaving = (order: Order, { clientOrderId: id, intent }: IntentRecord): boolean =>
  order.clientOrderId === id &&
  order.state === 'sent' &&
  order.venueOrderId === undefined &&
  order.filledQuantity === 0n &&
  order.filledNotional === 0n &&
  order.reason === '' &&
  !order.external &&
  SHARED.every((name) => order[name] === intent[name]);

/** Undefined when a row was there before: asked again after a lost answer, or a rule that the general way tells apart. */
async function writeNew(sql: Sql, values: readonly unknown[]): Promise<boolean | undefined> {
  try {
    const { rowCount } = await sql.query({ name: 'write_intent', text: WRITE_INTENT, values });
    return rowCount === 1;
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return undefined;
    throw error;
  }
}

async function isCurrent(sql: Sql, accountId: string, epoch: number): Promise<boolean> {
  const { rows } = await sql.query({ text: IS_CURRENT, values: [accountId, epoch] });
  return rows.length === 1;
}

async function writeAny(sql: Sql, batch: JournalBatch): Promise<boolean> {
  try {
    return await writeMany(sql, batch);
  } catch (error) {
    if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
    throw (await placedBefore(sql, batch)) ?? error;
  }
}

/** Undefined when it was not a request that was used twice. */
async function placedBefore(sql: Sql, { accountId, intents }: JournalBatch): Promise<Fault | undefined> {
  const ids = intents.map((record) => record.clientOrderId);
  const requests = intents.map(({ intent }) => intent.orderRequestId);
  const { rows } = await sql.query({ text: PLACED_BEFORE, values: [accountId, ids, requests] });
  if (rows.length === 0) return undefined;
  return new RequestsPlacedBefore(
    new Map(rows.map((row) => [clientOrderId(text(row, 'repeat')), clientOrderId(text(row, 'first'))])),
  );
}

async function writeMany(sql: Sql, batch: JournalBatch): Promise<boolean> {
  const isMoney = batch.fills.length + batch.fundings.length > 0;
  const values = [
    batch.accountId,
    batch.epoch,
    ...columnsOf(batch.intents.map(intentValues), widthOf('intents')),
    ...columnsOf(batch.orders.map(orderValues), widthOf('orders')),
    ...columnsOf(batch.events.map(eventValues), widthOf('events')),
  ];
  if (isMoney) {
    values.push(...columnsOf(batch.fills.map(fillValues), widthOf('fills')));
    values.push(...columnsOf(batch.fundings.map(fundingValues), widthOf('fundings')));
  }
  const statement = isMoney ? { name: 'write_all', text: WRITE_ALL } : { name: 'write_orders', text: WRITE_ORDERS };
  const { rows } = await sql.query({ ...statement, values });
  return rows[0]?.['held'] === '1';
}
