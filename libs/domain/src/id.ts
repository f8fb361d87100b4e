import type { Branded } from './decimal.js';

export type Id<Name extends string> = Branded<string, Name>;

/** A name that is safe as one token of a subject: letters, digits, `_` and `-`, at most 64. */
const TOKEN_LENGTH_MAX = 64;
const TOKEN_CODES = codesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-');
const CLIENT_ORDER_ID_LENGTH = 32;
const HEX_CODES = codesOf('0123456789abcdef');

function codesOf(characters: string): Uint8Array {
  const codes = new Uint8Array(128);
  for (const character of characters) codes[character.charCodeAt(0)] = 1;
  return codes;
}

/** Every message has several ids: a loop over their characters costs half of what a regular expression does. */
function consistsOf(codes: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    // Past the table there is nothing, which is no 1 either.
    if (codes[text.charCodeAt(index)] !== 1) return false;
  }
  return true;
}

export class IdFormatError extends Error {
  override readonly name = 'IdFormatError';
  constructor(
    kind: string,
    readonly text: string,
  ) {
    super(`not a ${kind}: '${text.slice(0, 80)}' (letters, digits, '_' and '-', 1 to 64 of them)`);
  }
}

function tokenId<T extends string>(kind: string): (text: string) => Id<T> {
  return (text) => {
    if (text.length === 0 || text.length > TOKEN_LENGTH_MAX || !consistsOf(TOKEN_CODES, text))
      throw new IdFormatError(kind, text);
    return text as Id<T>;
  };
}

export type FleetId = Id<'FleetId'>;
/** Our own name of a trading account: the unit of leadership and of scale. */
export type AccountId = Id<'AccountId'>;
export type StrategyId = Id<'StrategyId'>;
/** Chosen by the strategy; the same id asked twice gets the first answer. */
export type OrderRequestId = Id<'OrderRequestId'>;
/** `<venue>_<symbol>`, e.g. `hyperliquid_BTC-PERP`. */
export type InstrumentId = Id<'InstrumentId'>;

export const fleetId = tokenId<'FleetId'>('fleet id');
export const accountId = tokenId<'AccountId'>('account id');
export const strategyId = tokenId<'StrategyId'>('strategy id');
export const orderRequestId = tokenId<'OrderRequestId'>('order request id');
export const instrumentId = tokenId<'InstrumentId'>('instrument id');

/** The venue's name of an order, as text whatever the venue's own type. */
export type VenueOrderId = Id<'VenueOrderId'>;
/** What identifies a fill at its venue for ever (per venue: on Hyperliquid account, coin, time, tid and side). */
export type FillId = Id<'FillId'>;
export const venueOrderId = (text: string): VenueOrderId => text as VenueOrderId;
export const fillId = (text: string): FillId => text as FillId;

/** 128 bits as 32 hex digits: fleet, account, epoch, sequence. Each venue's adapter encodes it as that venue wants. */
export type ClientOrderId = Id<'ClientOrderId'>;
export function clientOrderId(text: string): ClientOrderId {
  if (text.length !== CLIENT_ORDER_ID_LENGTH || !consistsOf(HEX_CODES, text))
    throw new IdFormatError('client order id', text);
  return text as ClientOrderId;
}

export interface ClientOrderIdParts {
  /** 0…65535, unique among the fleets that share a venue account. */
  readonly fleet: number;
  /** 0…65535, unique in the fleet. */
  readonly account: number;
  /** 1…2^32-1, the leadership epoch that minted it. */
  readonly epoch: number;
  /** 0…2^64-1, unique in the epoch. */
  readonly sequence: bigint;
}

const hex = (value: number | bigint, digits: number): string => {
  const text = value.toString(16).padStart(digits, '0');
  if (value < 0 || text.length > digits) throw new IdFormatError('client order id part', String(value));
  return text;
};

/** Derived, never random (I-07): the same parts give the same id. @throws IdFormatError when a part does not fit. */
export function makeClientOrderId({ fleet, account, epoch, sequence }: ClientOrderIdParts): ClientOrderId {
  return (hex(fleet, 4) + hex(account, 4) + hex(epoch, 8) + hex(sequence, 16)) as ClientOrderId;
}

export function clientOrderIdParts(id: ClientOrderId): ClientOrderIdParts {
  return {
    fleet: Number.parseInt(id.slice(0, 4), 16),
    account: Number.parseInt(id.slice(4, 8), 16),
    epoch: Number.parseInt(id.slice(8, 16), 16),
    sequence: BigInt(`0x${id.slice(16)}`),
  };
}
