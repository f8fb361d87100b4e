import {
  type AccountId,
  type Amount,
  format,
  type InstrumentId,
  ok,
  refused,
  type Result,
  type TimeNs,
  type Venue,
} from '@argosy/domain';
import { LEDGER_ACCOUNT_TYPES, type LedgerAccount, ledgerAccountKey } from './chart.js';
import { instrumentTerms } from './instrument-terms.js';
import { ledgerRefusal, type LedgerRefusal } from './ledger-refusal.js';

export const ENTRY_KINDS = ['fill', 'funding', 'transfer', 'opening', 'correction', 'suspense'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** More legs than any fact we know needs; a million-leg entry is an attack or a bug. */
export const POSTINGS_PER_ENTRY_MAX = 512;
/** numeric(38,12): 26 digits before the point. */
export const AMOUNT_RAW_MAX = 10n ** 38n;
const TEXT_LENGTH_MAX = 1_024;
const DETAILS_MAX = 64;

export interface Posting {
  readonly account: LedgerAccount;
  readonly amount: Amount;
}

/** A balanced entry that has no place in the chain yet. */
export interface EntryDraft {
  readonly accountId: AccountId;
  readonly venue: Venue;
  readonly kind: EntryKind;
  /** Names the external fact for ever within the trading account (I-37). */
  readonly externalId: string;
  /** When it happened, as the venue says; decides the day of its P&L. */
  readonly occurredAtNs: TimeNs;
  /** Leadership epoch under which the fact was learned. */
  readonly epoch: number;
  readonly strategyId: string;
  readonly instrumentId: string;
  /** Sequence of the entry this one corrects. */
  readonly corrects?: bigint;
  /** The fact itself, as text: enough to rebuild the postings and to tell a repeat from a conflict. */
  readonly details: Readonly<Record<string, string>>;
  readonly postings: readonly Posting[];
}

/** An entry in its account's chain. */
export interface Entry extends EntryDraft {
  /** 1, 2, 3 … without a gap within the trading account. */
  readonly sequence: bigint;
  readonly bookedAtNs: TimeNs;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
}

/**
 * Checks a draft: at least two postings, no zero ones, every asset sums to zero (I-33), amounts fit the store (I-36),
 * assets belong in their accounts, texts can be stored and hashed without ambiguity.
 */
export function makeEntry(draft: EntryDraft): Result<EntryDraft, LedgerRefusal> {
  const problem = textProblem(draft) ?? postingsProblem(draft.postings);
  return problem === undefined ? ok(draft) : refused(problem);
}

function textProblem(draft: EntryDraft): LedgerRefusal | undefined {
  const { externalId, details } = draft;
  if (externalId === '') return ledgerRefusal('text_invalid', { field: 'external id', text: '' });
  const texts = [externalId];
  for (const name of Object.keys(details)) texts.push(name, details[name] ?? '');
  if (texts.length > 2 * DETAILS_MAX + 1)
    return ledgerRefusal('text_invalid', { details: String((texts.length - 1) / 2) });
  // One look at all of them together is enough nearly always; the blank keeps surrogates of neighbours apart.
  if (!UNSTORABLE.test(texts.join(' ')) && texts.every((text) => text.length <= TEXT_LENGTH_MAX)) return undefined;
  const bad = texts.findIndex((text) => text.length > TEXT_LENGTH_MAX || UNSTORABLE.test(text));
  const field = bad === 0 ? 'external id' : (texts[bad - ((bad + 1) % 2)] ?? '');
  return ledgerRefusal('text_invalid', { field: field.slice(0, 40), text: (texts[bad] ?? '').slice(0, 40) });
}

/** NUL cannot be stored in Postgres and a lone surrogate has no UTF-8 bytes, so neither could be hashed and read back. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function postingsProblem(postings: readonly Posting[]): LedgerRefusal | undefined {
  if (postings.length < 2) return ledgerRefusal('single_leg', { postings: String(postings.length) });
  if (postings.length > POSTINGS_PER_ENTRY_MAX) {
    return ledgerRefusal('too_many_postings', {
      postings: String(postings.length),
      limit: String(POSTINGS_PER_ENTRY_MAX),
    });
  }
  const sums = new Map<string, bigint>();
  for (const posting of postings) {
    const problem = postingProblem(posting);
    if (problem !== undefined) return problem;
    sums.set(posting.account.asset, (sums.get(posting.account.asset) ?? 0n) + posting.amount);
  }
  for (const [asset, sum] of sums) {
    if (sum !== 0n) return ledgerRefusal('unbalanced', { asset, sum: format(sum as Amount) });
  }
  return undefined;
}

function postingProblem({ account, amount }: Posting): LedgerRefusal | undefined {
  if (amount === 0n) return ledgerRefusal('zero_posting', { account: ledgerAccountKey(account) });
  if (amount >= AMOUNT_RAW_MAX || amount <= -AMOUNT_RAW_MAX) {
    return ledgerRefusal('amount_out_of_range', { account: ledgerAccountKey(account), amount: format(amount) });
  }
  return isProper(account) ? undefined : ledgerRefusal('currency_mismatch', { account: ledgerAccountKey(account) });
}

const CURRENCY = /^[A-Za-z0-9]{1,32}$/;
const INSTRUMENT_ASSET = /^[a-z-]+_[A-Za-z0-9_-]{1,64}$/;

/** Accounts whose asset was looked at before. */
const proper = new WeakSet<LedgerAccount>();

function isProper(account: LedgerAccount): boolean {
  if (proper.has(account)) return true;
  const belongs = assetBelongs(account);
  if (belongs) proper.add(account);
  return belongs;
}

function assetBelongs({ type, instrumentId, asset }: LedgerAccount): boolean {
  const { counts } = LEDGER_ACCOUNT_TYPES[type];
  if (counts === 'currency') return CURRENCY.test(asset);
  if (counts === 'any') return CURRENCY.test(asset) || INSTRUMENT_ASSET.test(asset);
  const terms = instrumentTerms(instrumentId as InstrumentId);
  return terms.ok && terms.value.quantityAsset === asset;
}

/** True when two drafts state the same external fact, whatever the position or chain stood at when each was made. */
export function sameFact(a: EntryDraft, b: EntryDraft): boolean {
  const names = Object.keys(a.details);
  return (
    a.kind === b.kind &&
    a.accountId === b.accountId &&
    a.externalId === b.externalId &&
    a.occurredAtNs === b.occurredAtNs &&
    names.length === Object.keys(b.details).length &&
    names.every((name) => a.details[name] === b.details[name])
  );
}
