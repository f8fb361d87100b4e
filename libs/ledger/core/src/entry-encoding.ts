import { format } from '@argosy/domain';
import type { LedgerAccount } from './chart.js';
import type { Entry } from './entry.js';

/** Changes with every change of what is hashed; old entries keep the version they were sealed with. */
export const ENTRY_ENCODING_VERSION = 1;

export type UnsealedEntry = Omit<Entry, 'hash' | 'previousHash'>;

const utf8 = new TextEncoder();
const utf8Length = (text: string): number => utf8.encode(text).length;
const asciiLength = (text: string): number => text.length;

/**
 * The canonical bytes of an entry, version 1: every field as `<bytes>:<text>,` in a fixed order, so that nothing inside a
 * text can look like a boundary; details sorted by name (UTF-16 order), postings in their own order, lists preceded by their
 * count. Amounts are canonical decimal text, times and sequences decimal integers, an absent correction the empty text.
 */
export function encodeEntry(entry: UnsealedEntry): Uint8Array {
  // Nearly every entry is plain ASCII, where a text is as long as its bytes; measuring all of them costs more than hashing.
  const text = encodeText(entry, asciiLength);
  const bytes = utf8.encode(text);
  return bytes.length === text.length ? bytes : utf8.encode(encodeText(entry, utf8Length));
}

function encodeText(entry: UnsealedEntry, lengthOf: (text: string) => number): string {
  let out = '';
  const put = (text: string): void => {
    out += `${lengthOf(text)}:${text},`;
  };
  put(`argosy-ledger-entry/${ENTRY_ENCODING_VERSION}`);
  put(entry.accountId);
  put(entry.sequence.toString());
  put(entry.venue);
  put(entry.kind);
  put(entry.externalId);
  put(entry.occurredAtNs.toString());
  put(entry.bookedAtNs.toString());
  put(entry.epoch.toString());
  put(entry.strategyId);
  put(entry.instrumentId);
  put(entry.corrects?.toString() ?? '');
  const names = Object.keys(entry.details).sort();
  put(names.length.toString());
  for (const name of names) {
    put(name);
    put(entry.details[name] ?? '');
  }
  put(entry.postings.length.toString());
  for (const { account, amount } of entry.postings) {
    out += lengthOf === asciiLength ? plainAccountText(account) : accountText(account, lengthOf);
    put(format(amount));
  }
  return out;
}

/** Half of an entry's text are its accounts, and they are the same few again and again. */
const plainTexts = new WeakMap<LedgerAccount, string>();

function plainAccountText(account: LedgerAccount): string {
  let text = plainTexts.get(account);
  if (text === undefined) {
    text = accountText(account, asciiLength);
    plainTexts.set(account, text);
  }
  return text;
}

const accountText = (
  { type, strategyId, instrumentId, asset }: LedgerAccount,
  lengthOf: (text: string) => number,
): string => [type, strategyId, instrumentId, asset].map((text) => `${lengthOf(text)}:${text},`).join('');
