import { isJsonObject, type JsonObject } from '../signing/field-order.js';
import type { Address } from '../signing/recover-signer.js';

/** The request does not have the shape that its type demands; the venue tells no more than that. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
  constructor(readonly detail: string) {
    super('Failed to deserialize the JSON body into the target type');
  }
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const DECIMAL = /^\d{1,20}(\.\d{1,18})?$/;
const CLOID = /^0x[0-9a-fA-F]{32}$/;

const missing = (field: string, what: string): MalformedRequest => new MalformedRequest(`${field} must be ${what}`);
const own = (object: JsonObject, field: string): unknown => (Object.hasOwn(object, field) ? object[field] : undefined);

/** @throws MalformedRequest */
export function readObject(object: JsonObject, field: string): JsonObject {
  const value = own(object, field);
  if (isJsonObject(value)) return value;
  throw missing(field, 'an object');
}

/** @throws MalformedRequest */
export function readList(object: JsonObject, field: string): readonly JsonObject[] {
  const value = own(object, field);
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  throw missing(field, 'a list of objects');
}

/** @throws MalformedRequest */
export function readText(object: JsonObject, field: string): string {
  const value = own(object, field);
  if (typeof value === 'string') return value;
  throw missing(field, 'text');
}

/** @throws MalformedRequest */
export function readFlag(object: JsonObject, field: string): boolean {
  const value = own(object, field);
  if (typeof value === 'boolean') return value;
  throw missing(field, 'true or false');
}

/** A whole number from 0 to 2^53 - 1. @throws MalformedRequest */
export function readCount(object: JsonObject, field: string): number {
  const value = own(object, field);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw missing(field, 'a whole number');
}

/** As `readCount`; absent and null are undefined. @throws MalformedRequest */
export function readOptionalCount(object: JsonObject, field: string): number | undefined {
  const value = own(object, field);
  return value === undefined || value === null ? undefined : readCount(object, field);
}

/** In lower case. @throws MalformedRequest */
export function readAddress(object: JsonObject, field: string): Address {
  const value = own(object, field);
  if (typeof value === 'string' && ADDRESS.test(value)) return value.toLowerCase() as Address;
  throw missing(field, 'an address');
}

/** Plain decimal text without sign or exponent. @throws MalformedRequest */
export function readDecimal(object: JsonObject, field: string): string {
  const value = own(object, field);
  if (typeof value === 'string' && DECIMAL.test(value)) return value;
  throw missing(field, 'decimal text');
}

/** `0x` and 32 hex digits, in lower case. @throws MalformedRequest */
export function readCloid(object: JsonObject, field: string): string {
  const value = own(object, field);
  if (typeof value === 'string' && CLOID.test(value)) return value.toLowerCase();
  throw missing(field, 'a client order id');
}

/** An order id, or a client order id as text. @throws MalformedRequest */
export function readOid(object: JsonObject, field: string): number | string {
  return typeof own(object, field) === 'number' ? readCount(object, field) : readCloid(object, field);
}

/** Deeper nesting than this is an attack on whoever walks it. */
const DEPTH_MAX = 16;

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth < DEPTH_MAX && Object.values(value).every((inner) => isShallow(inner, depth + 1));
}

/** JSON text that holds an object, not nested beyond reason; undefined otherwise. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && isShallow(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
}
