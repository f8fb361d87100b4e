/**
 * TypeORM for what is not hot: entities with exact numbers. A subpath of its own, because loading TypeORM takes as long
 * as starting the rest of a service. It never synchronises a schema: the migrator is the only way to change one.
 */
import { type Amount, format, parseAmount, parsePrice, parseQuantity, type Price, type Quantity } from '@argosy/domain';
import { Column, DataSource, type EntitySchema, type MixedList, type ValueTransformer } from 'typeorm';
import { exactTypes, type PoolOptions, serverOf } from './open-pool.js';

type Decimal = Amount | Price | Quantity;
type Optional<T> = T | null | undefined;

/** Postgres hands `numeric` over as text precisely so that nobody rounds it; so do we. */
const decimalText = <T extends Decimal>(parse: (text: string) => T): ValueTransformer => ({
  to: (value: Optional<T>) => (value === null || value === undefined ? value : format(value)),
  from: (text: Optional<string>) => (text === null || text === undefined ? text : parse(text)),
});
export const amountText = decimalText(parseAmount);
export const priceText = decimalText(parsePrice);
export const quantityText = decimalText(parseQuantity);
export const bigintText: ValueTransformer = {
  to: (value: Optional<bigint>) => (value === null || value === undefined ? value : value.toString()),
  from: (text: Optional<string>) => (text === null || text === undefined ? text : BigInt(text)),
};

interface ColumnRule {
  readonly name?: string;
  readonly nullable?: boolean;
}
const decimalColumn = (transformer: ValueTransformer, rule: ColumnRule): PropertyDecorator =>
  Column({ type: 'numeric', precision: 38, scale: 12, transformer, ...rule });

/** `numeric(38,12)` as an exact amount. */
export const AmountColumn = (rule: ColumnRule = {}): PropertyDecorator => decimalColumn(amountText, rule);
/** `numeric(38,12)` as an exact price. */
export const PriceColumn = (rule: ColumnRule = {}): PropertyDecorator => decimalColumn(priceText, rule);
/** `numeric(38,12)` as an exact quantity, refused when negative. */
export const QuantityColumn = (rule: ColumnRule = {}): PropertyDecorator => decimalColumn(quantityText, rule);
/** `bigint` as a bigint: nanoseconds, sequences. */
export const BigintColumn = (rule: ColumnRule = {}): PropertyDecorator =>
  Column({ type: 'bigint', transformer: bigintText, ...rule });

/** A data source on the service's role and schema; call `initialize()` in the part's `start`. */
export function dataSource(options: PoolOptions, entities: MixedList<(new () => object) | EntitySchema>): DataSource {
  const { host, port, database } = serverOf(options.url);
  return new DataSource({
    type: 'postgres',
    host,
    port,
    database,
    username: options.user,
    ...(options.password === undefined ? {} : { password: options.password.reveal() }),
    schema: options.user,
    applicationName: options.applicationName,
    poolSize: options.size,
    connectTimeoutMS: options.connectTimeoutMs,
    entities,
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    extra: { statement_timeout: options.statementTimeoutMs, types: exactTypes },
  });
}
