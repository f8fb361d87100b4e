import 'reflect-metadata';
import { type Amount, parseAmount, parsePrice, parseQuantity, type Price, type Quantity } from '@argosy/domain';
import { type PostgresServer, startPostgres } from '@argosy/testing';
import { type DataSource, Entity, PrimaryColumn } from 'typeorm';
import { AmountColumn, BigintColumn, dataSource, PriceColumn, QuantityColumn } from './typeorm.js';

@Entity('entries')
class EntryRow {
  @PrimaryColumn('text')
  id!: string;
  @AmountColumn()
  amount!: Amount;
  @PriceColumn({ nullable: true })
  price!: Price | null;
  @QuantityColumn()
  quantity!: Quantity;
  @BigintColumn({ name: 'at_ns' })
  atNs!: bigint;
}

describe('entities with exact numbers', () => {
  let server: PostgresServer;
  let source: DataSource;
  beforeAll(async () => {
    server = await startPostgres();
    source = dataSource(
      {
        url: server.url,
        user: 'postgres',
        applicationName: 'spec',
        size: 2,
        connectTimeoutMs: 2_000,
        statementTimeoutMs: 2_000,
      },
      [EntryRow],
    );
    await source.initialize();
    await source.query('create schema postgres');
    await source.query(
      'create table postgres.entries (id text primary key, amount numeric(38,12) not null, price numeric(38,12), quantity numeric(38,12) not null, at_ns bigint not null)',
    );
  });
  afterAll(async () => {
    await source.destroy();
    await server.stop();
  });

  it('come back as they went, to the last unit (I-36)', async () => {
    const row = {
      id: '1',
      amount: parseAmount('-12345678901234567890.123456789012'),
      price: parsePrice('0.000000000001'),
      quantity: parseQuantity('0'),
      atNs: 1_767_225_600_123_456_789n,
    };
    await source.getRepository(EntryRow).insert({ ...row });
    expect(await source.getRepository(EntryRow).findOneByOrFail({ id: '1' })).toEqual(row);
  });

  it('keep nothing as nothing', async () => {
    await source
      .getRepository(EntryRow)
      .insert({ id: '2', amount: parseAmount('1'), price: null, quantity: parseQuantity('1'), atNs: 0n });
    expect((await source.getRepository(EntryRow).findOneByOrFail({ id: '2' })).price).toBeNull();
  });

  it('find by an exact amount', async () => {
    expect(
      await source.getRepository(EntryRow).findOneBy({ amount: parseAmount('-12345678901234567890.123456789012') }),
    ).toMatchObject({ id: '1' });
  });

  it('never change a schema by themselves', () => {
    expect(source.options).toMatchObject({ synchronize: false, migrationsRun: false });
  });
});
