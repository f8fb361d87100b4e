/** JSON as a client sent it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How one object is laid out when the venue encodes it again: its fields in order, and the shape of nested ones. */
interface Layout {
  readonly fields: readonly string[];
  readonly nested?: Readonly<Record<string, Layout>>;
  /** Fields that hold decimal text, which the venue keeps without trailing zeros. */
  readonly decimals?: readonly string[];
}

const TYPE: Layout = {
  fields: ['limit', 'trigger'],
  nested: {
    limit: { fields: ['tif'] },
    trigger: { fields: ['isMarket', 'triggerPx', 'tpsl'], decimals: ['triggerPx'] },
  },
};
const ORDER: Layout = { fields: ['a', 'b', 'p', 's', 'r', 't', 'c'], nested: { t: TYPE }, decimals: ['p', 's'] };
const MODIFY: Layout = { fields: ['oid', 'order'], nested: { order: ORDER } };

/**
 * The field order of each action, as the venue's documentation lists it. The venue reads the JSON into its own
 * structures and hashes those, so that the order of keys in the client's text does not matter; an action that is not
 * listed is hashed in the order received.
 */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  order: {
    fields: ['type', 'orders', 'grouping', 'builder'],
    nested: { orders: ORDER, builder: { fields: ['b', 'f'] } },
  },
  cancel: { fields: ['type', 'cancels'], nested: { cancels: { fields: ['a', 'o'] } } },
  cancelByCloid: { fields: ['type', 'cancels'], nested: { cancels: { fields: ['asset', 'cloid'] } } },
  modify: { fields: ['type', 'oid', 'order'], nested: { order: ORDER } },
  batchModify: { fields: ['type', 'modifies'], nested: { modifies: MODIFY } },
  scheduleCancel: { fields: ['type', 'time'] },
  updateLeverage: { fields: ['type', 'asset', 'isCross', 'leverage'] },
  noop: { fields: ['type'] },
};

const DECIMAL = /^\d+\.\d+$/;
const withoutTrailingZeros = (text: string): string =>
  DECIMAL.test(text) ? text.replace(/0+$/, '').replace(/\.$/, '') : text;

function arrange(value: Json, layout: Layout): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => arrange(item, layout));
  if (!isJsonObject(value)) return value;
  const known = layout.fields.filter((field) => Object.hasOwn(value, field));
  const unknown = Object.keys(value).filter((field) => !layout.fields.includes(field));
  return Object.fromEntries([...known, ...unknown].map((field) => [field, arrangeField(value, field, layout)]));
}

function arrangeField(value: JsonObject, field: string, layout: Layout): Json {
  const inner = value[field] ?? null;
  const nested = layout.nested !== undefined && Object.hasOwn(layout.nested, field) ? layout.nested[field] : undefined;
  if (nested !== undefined) return arrange(inner, nested);
  if (typeof inner === 'string' && layout.decimals?.includes(field) === true) return withoutTrailingZeros(inner);
  return inner;
}

/** The action as the venue encodes it: fields in its own order, decimals without trailing zeros. */
export function inVenueOrder(action: JsonObject): JsonObject {
  const { type } = action;
  const layout = typeof type === 'string' && Object.hasOwn(LAYOUTS, type) ? LAYOUTS[type] : undefined;
  return layout === undefined ? action : (arrange(action, layout) as JsonObject);
}
