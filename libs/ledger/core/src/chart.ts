import type { StrategyId } from '@argosy/domain';

/**
 * The chart of accounts. Amounts are debit-positive: what we own grows with a positive posting, what explains it
 * (equity, income) with a negative one.
 *
 * A perpetual fill posts two pairs of truth: the quantity (`position_quantity` against `counterparty`, counted in the
 * instrument) and the money (`position_notional`, the position at cost, against `settlement`, the exact running sum of
 * price × quantity). Average cost and the realised part are derived at booking; because realised P&L is only moved out of
 * `position_notional`, no rounding of an average ever reaches `settlement` or `cash`.
 */
export const LEDGER_ACCOUNT_TYPES = {
  /** Free money at the venue, as its cash-flow records move it. */
  cash: { nature: 'asset', counts: 'currency' },
  /** Signed holding: contracts of a perpetual, or the base asset of a spot pair. */
  position_quantity: { nature: 'asset', counts: 'quantity' },
  /** The position at cost: its balance over the quantity is the average price. */
  position_notional: { nature: 'asset', counts: 'currency' },
  /** Exact sum of −side × price × quantity of perpetual fills: the venue's raw quote balance without deposits. */
  settlement: { nature: 'asset', counts: 'currency' },
  /** Whoever took the other side of our quantity. */
  counterparty: { nature: 'external', counts: 'quantity' },
  /** Deposits and withdrawals come from and go to here. */
  external: { nature: 'external', counts: 'currency' },
  /** What the venue account held when the ledger first saw it. */
  opening_equity: { nature: 'equity', counts: 'any' },
  realised_pnl: { nature: 'income', counts: 'currency' },
  funding: { nature: 'income', counts: 'currency' },
  rebate: { nature: 'income', counts: 'currency' },
  fee: { nature: 'expense', counts: 'currency' },
  /** Money that moved for a reason we cannot prove yet; never left there silently. */
  suspense: { nature: 'asset', counts: 'any' },
  /** Memorandum pair: cost against the arrival price. It explains realised P&L and is never added to it. */
  slippage: { nature: 'memorandum', counts: 'currency' },
  slippage_contra: { nature: 'memorandum', counts: 'currency' },
} as const satisfies Record<string, AccountRow>;

export const LEDGER_NATURES = ['asset', 'external', 'equity', 'income', 'expense', 'memorandum'] as const;
export type LedgerNature = (typeof LEDGER_NATURES)[number];
interface AccountRow {
  readonly nature: LedgerNature;
  /** Which assets may be counted here: a currency, an instrument's quantity, or either. */
  readonly counts: 'currency' | 'quantity' | 'any';
}
export type LedgerAccountType = keyof typeof LEDGER_ACCOUNT_TYPES;
export const isLedgerAccountType = (text: string): text is LedgerAccountType =>
  Object.hasOwn(LEDGER_ACCOUNT_TYPES, text);

/** What no strategy owns: openings, transfers, what nobody can explain. */
export const HOUSE = '' as StrategyId;
/** Whoever trades on the account beside our strategies: a person at the venue, a liquidation. */
export const EXTERNAL = 'external' as StrategyId;

/** One account of a trading account's books. */
export interface LedgerAccount {
  readonly type: LedgerAccountType;
  /** `HOUSE` for the part no strategy owns. */
  readonly strategyId: string;
  /** Empty for accounts that no instrument explains (transfers, opening cash). */
  readonly instrumentId: string;
  /** A currency (`USDC`), or for quantities the instrument id (perpetual) or base asset (spot). */
  readonly asset: string;
}

/** Whose account it is. */
export type LedgerOwner = Pick<LedgerAccount, 'strategyId' | 'instrumentId'>;
/** By type; the asset hardly ever differs. */
export type OwnedAccounts = Map<LedgerAccountType, LedgerAccount>;

/** More strategies times instruments than any fleet has; beyond, accounts are made anew each time. */
const OWNERS_MAX = 10_000;
const owners = new Map<string, OwnedAccounts>();

/** The accounts an owner has posted to, one object each, so that what is known of an account can be kept beside it. */
export function accountsOf({ strategyId, instrumentId }: LedgerOwner): OwnedAccounts {
  const key = `${strategyId}/${instrumentId}`;
  const known = owners.get(key);
  if (known !== undefined) return known;
  const made: OwnedAccounts = new Map();
  if (owners.size < OWNERS_MAX) owners.set(key, made);
  return made;
}

/** A key within one trading account; parts never contain `/` (ids are tokens, assets are checked by `makeEntry`). */
export const ledgerAccountKey = ({ type, strategyId, instrumentId, asset }: LedgerAccount): string =>
  `${type}/${strategyId}/${instrumentId}/${asset}`;
