import { type Amount, type InstrumentId, isoTime, msToNs, type Price, ZERO_AMOUNT } from '@argosy/domain';
import type { LedgerAccount, LedgerAccountType } from './chart.js';
import { instrumentTerms } from './instrument-terms.js';
import type { DayTotal, HeldPosition } from './ledger-store.port.js';
import { unrealised } from './position.js';

/** The split of LG-2; costs are negative, so that the parts of `net` add up by plain addition. */
export interface PnlSplit {
  readonly realised: Amount;
  /** At the marks; undefined when one was missing. */
  readonly unrealised: Amount | undefined;
  readonly funding: Amount;
  readonly fee: Amount;
  readonly rebate: Amount;
  /** Against arrival prices; part of realised and unrealised, so never added to `net`. */
  readonly slippage: Amount;
  /** Realised + unrealised (0 while unknown) + funding + fee + rebate. */
  readonly net: Amount;
}

export const PNL_GROUPS = ['total', 'strategy', 'venue', 'instrument', 'day', 'account'] as const;
export type PnlGroup = (typeof PNL_GROUPS)[number];

export interface PnlLine {
  readonly group: string;
  readonly currency: string;
  readonly split: PnlSplit;
}

export interface PnlInput {
  readonly groupBy: PnlGroup;
  readonly totals: Iterable<DayTotal>;
  readonly positions: Iterable<HeldPosition>;
  readonly mark: (instrumentId: InstrumentId) => Price | undefined;
  readonly venueOf: (accountId: string) => string;
  /** The day open positions are valued on; undefined leaves unrealised profit out (a period that is over). */
  readonly valuedOnDay: number | undefined;
}

type Part = 'realised' | 'funding' | 'fee' | 'rebate' | 'slippage';
/** Debit-positive balances read as profit: all but none change their sign, because income is a credit and cost a debit. */
const PARTS: Partial<Record<LedgerAccountType, Part>> = {
  realised_pnl: 'realised',
  funding: 'funding',
  fee: 'fee',
  rebate: 'rebate',
  slippage: 'slippage',
};

interface Sums extends Record<Part, bigint> {
  unrealised: bigint;
  markMissing: boolean;
}

/** One line per group and currency, sorted by group; nothing is converted between currencies. */
export function pnlLines(input: PnlInput): readonly PnlLine[] {
  const lines = new Map<string, { group: string; currency: string; sums: Sums }>();
  const sumsOf = (group: string, currency: string): Sums => {
    const key = `${group}\n${currency}`;
    const line = lines.get(key) ?? { group, currency, sums: emptySums() };
    lines.set(key, line);
    return line.sums;
  };
  for (const { accountId, account, amount, day } of input.totals) {
    const part = PARTS[account.type];
    if (part === undefined) continue;
    const group = groupOf(input, {
      accountId,
      strategyId: account.strategyId,
      instrumentId: account.instrumentId,
      day,
    });
    sumsOf(group, account.asset)[part] -= amount;
  }
  if (input.valuedOnDay !== undefined) addUnrealised(input, input.valuedOnDay, sumsOf);
  return [...lines.values()]
    .map(({ group, currency, sums }) => ({ group, currency, split: toSplit(sums) }))
    .sort((a, b) => (a.group + '\n' + a.currency < b.group + '\n' + b.currency ? -1 : 1));
}

function addUnrealised(input: PnlInput, day: number, sumsOf: (group: string, currency: string) => Sums): void {
  for (const position of input.positions) {
    if (position.quantity === 0n) continue;
    const terms = instrumentTerms(position.instrumentId);
    if (!terms.ok) continue;
    const sums = sumsOf(groupOf(input, { ...position, day }), terms.value.quote);
    const mark = input.mark(position.instrumentId);
    if (mark === undefined) sums.markMissing = true;
    else sums.unrealised += unrealised(position, mark);
  }
}

interface Dimensions {
  readonly accountId: string;
  readonly strategyId: string;
  readonly instrumentId: string;
  readonly day: number;
}

function groupOf({ groupBy, venueOf }: PnlInput, { accountId, strategyId, instrumentId, day }: Dimensions): string {
  switch (groupBy) {
    case 'total':
      return 'total';
    case 'strategy':
      return strategyId;
    case 'venue':
      return venueOf(accountId);
    case 'instrument':
      return instrumentId;
    case 'day':
      return dayText(day);
    case 'account':
      return accountId;
  }
}

const emptySums = (): Sums => ({
  realised: 0n,
  funding: 0n,
  fee: 0n,
  rebate: 0n,
  slippage: 0n,
  unrealised: 0n,
  markMissing: false,
});

function toSplit(sums: Sums): PnlSplit {
  const { realised, funding, fee, rebate, slippage, markMissing } = sums;
  return {
    realised: realised as Amount,
    unrealised: markMissing ? undefined : (sums.unrealised as Amount),
    funding: funding as Amount,
    fee: fee as Amount,
    rebate: rebate as Amount,
    slippage: slippage as Amount,
    net: (realised + (markMissing ? 0n : sums.unrealised) + funding + fee + rebate) as Amount,
  };
}

export const ZERO_SPLIT: PnlSplit = toSplit(emptySums());

const DAY_NS = 86_400_000_000_000n;
/** Whole days since 1970-01-01 UTC, also before it. */
export const dayOf = (time: bigint): number => Number(time >= 0n ? time / DAY_NS : (time - DAY_NS + 1n) / DAY_NS);
/** `YYYY-MM-DD`. */
export const dayText = (day: number): string => isoTime(msToNs(day * 86_400_000)).slice(0, 10);

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Undefined unless `text` is a real day as `YYYY-MM-DD`. */
export function parseDay(text: string): number | undefined {
  const ms = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) || dayText(ms / 86_400_000) !== text ? undefined : ms / 86_400_000;
}

interface BalanceOf {
  readonly accountId: string;
  readonly account: Pick<LedgerAccount, 'type' | 'instrumentId' | 'asset'>;
  readonly amount: Amount;
}

/** Wallet money by asset and account: what the venue calls the balance without unrealised profit. */
export const walletBalances = (totals: Iterable<BalanceOf>): Map<string, Map<string, Amount>> =>
  sumByAsset(totals, countsInWallet);

/** Money without any mark, as if every open perpetual were worth nothing: exact, because no average is in it. */
export const rawBalances = (totals: Iterable<BalanceOf>): Map<string, Map<string, Amount>> =>
  sumByAsset(totals, ({ type }) => type === 'cash' || type === 'settlement');

function sumByAsset(
  totals: Iterable<BalanceOf>,
  counts: (account: BalanceOf['account']) => boolean,
): Map<string, Map<string, Amount>> {
  const sums = new Map<string, Map<string, Amount>>();
  for (const { accountId, account, amount } of totals) {
    if (!counts(account)) continue;
    const ofAccount = sums.get(accountId) ?? new Map<string, Amount>();
    ofAccount.set(account.asset, ((ofAccount.get(account.asset) ?? ZERO_AMOUNT) + amount) as Amount);
    sums.set(accountId, ofAccount);
  }
  return sums;
}

/** A perpetual's cost was never paid, so it counts back; a spot holding is itself money in the wallet. */
function countsInWallet({ type, instrumentId }: BalanceOf['account']): boolean {
  if (type === 'cash' || type === 'settlement') return true;
  if (type !== 'position_notional' && type !== 'position_quantity') return false;
  const terms = instrumentTerms(instrumentId as InstrumentId);
  return terms.ok && (terms.value.kind === 'perpetual') === (type === 'position_notional');
}
