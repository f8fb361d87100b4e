import { type Amount, format } from '@argosy/domain';
import type { Entry } from './entry.js';

/** Changes with every change of what is hashed; old entries keep the version they were sealed with. */
export const ENTRY_ENCODING_VERSION = 1;

export type UnsealedEntry = Omit<Entry, 'hash' | 'previousHash'>;

const utf8 = new TextEncoder();
const ASCII = /^[\0-\x7f]*$/;
const byteLength = (text: string): number => (ASCII.test(text) ? text.length : utf8.encode(text).length);
/** Length in bytes, colon, text, comma: nothing inside a text can look like a boundary. */
const field = (text: string): string => `${String(byteLength(text))}:${text},`;

/**
 * The canonical bytes of an entry, version 1: every field as `<bytes>:<text>,` in a fixed order, details sorted by name
 * (UTF-16 order), postings in their own order, lists preceded by their count. Amounts are canonical decimal text, times and
 * sequences decimal integers, an absent correction the empty text.
 */
export function encodeEntry(entry: UnsealedEntry): Uint8Array {
  const names = Object.keys(entry.details).sort();
  let text =
    field(`argosy-ledger-entry/${String(ENTRY_ENCODING_VERSION)}`) +
    field(entry.accountId) +
    field(entry.sequence.toString()) +
    field(entry.venue) +
    field(entry.kind) +
    field(entry.externalId) +
    field(entry.occurredAtNs.toString()) +
    field(entry.bookedAtNs.toString()) +
    field(String(entry.epoch)) +
    field(entry.strategyId) +
    field(entry.instrumentId) +
    field(entry.corrects?.toString() ?? '') +
    field(String(names.length));
  for (const name of names) text += field(name) + field(entry.details[name] ?? '');
  text += field(String(entry.postings.length));
  for (const { account, amount } of entry.postings) text += encodePosting(account, amount);
  return utf8.encode(text);
}

const encodePosting = (account: Entry['postings'][number]['account'], amount: Amount): string =>
  field(account.type) +
  field(account.strategyId) +
  field(account.instrumentId) +
  field(account.asset) +
  field(format(amount));
