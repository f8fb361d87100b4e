/**
 * The floor of the order path: A tells B, B tells C, C commits one row and tells A. Raw library, ready bytes of the sizes
 * that our messages have, one prepared statement.
 */
import { connect, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';

export const CHAIN = {
  submit: 'bench.chain.submit',
  place: 'bench.chain.place',
  accept: 'bench.chain.accept',
} as const;

/** Payload sizes of the three hops, in bytes. */
export interface HopSizes {
  readonly submit: number;
  readonly place: number;
  readonly accept: number;
}

export const CREATE_TABLE = `create table if not exists public.bench_orders (
  id bigserial primary key, client_order_id text not null unique, strategy_id text not null, account text not null,
  venue text not null, symbol text not null, side smallint not null, price numeric(38,12) not null,
  quantity numeric(38,12) not null, at timestamptz not null default now())`;
const INSERT = {
  name: 'bench_insert',
  text: `insert into public.bench_orders (client_order_id, strategy_id, account, venue, symbol, side, price, quantity)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

/** B: passes on. */
export async function runMiddle(servers: string, { place }: HopSizes): Promise<void> {
  const connection = await connect({ servers });
  const bytes = new Uint8Array(place);
  connection.subscribe(CHAIN.submit, { callback: () => connection.publish(CHAIN.place, bytes) });
  await connection.flush();
}

/** C: commits, then answers. */
export async function runEnd(servers: string, postgresUrl: string, { accept }: HopSizes): Promise<void> {
  const connection = await connect({ servers });
  const client = new pg.Client({ connectionString: postgresUrl });
  await client.connect();
  await client.query(CREATE_TABLE);
  const bytes = new Uint8Array(accept);
  let orders = 0;
  const commit = async (): Promise<void> => {
    orders += 1;
    const id = `${String(process.pid)}-${String(orders)}`;
    await client.query({ ...INSERT, values: [id, 'bench', 'main', 'hyperliquid', 'BTC-PERP', 1, '60000', '0.01'] });
    connection.publish(CHAIN.accept, bytes);
  };
  connection.subscribe(CHAIN.place, { callback: () => void commit() });
  await connection.flush();
}

/** A: asks and waits. */
export class BareAsker {
  private resolve: () => void = () => undefined;
  private readonly bytes: Uint8Array;

  private constructor(
    private readonly connection: NatsConnection,
    { submit }: HopSizes,
  ) {
    this.bytes = new Uint8Array(submit);
    connection.subscribe(CHAIN.accept, { callback: () => this.resolve() });
  }

  static async open(servers: string, sizes: HopSizes): Promise<BareAsker> {
    const connection = await connect({ servers });
    const asker = new BareAsker(connection, sizes);
    await connection.flush();
    return asker;
  }

  ask(): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve;
      this.connection.publish(CHAIN.submit, this.bytes);
    });
  }
}
