import type { PnlRow } from '@argosy/contracts';
import { type Check, type ProofFacts, venueAccountEqual } from './proof.js';

/** LG-2. */
const PNL_NAMES = ['realised', 'unrealised', 'funding', 'fee', 'slippage', 'rebate', 'net'] as const;
export type Pnl = Readonly<Record<(typeof PNL_NAMES)[number], string>>;

/** What a run with `--duration` ends with; the last line of standard output with `-o json`. */
export interface RunReport {
  readonly ok: boolean;
  readonly seed: number;
  readonly orders: number;
  readonly denials: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly pnl: Pnl;
  readonly ledger: {
    readonly postings: number;
    readonly trialBalance: Readonly<Record<string, string>>;
    readonly chainValid: boolean;
  };
  readonly venueAccountEqual: boolean;
  readonly latencyMicros: { readonly p50: number | null; readonly p99: number | null };
  readonly checks: readonly Check[];
}

export interface ReportFacts {
  readonly seed: number;
  readonly denials: Readonly<Record<string, number>>;
  readonly pnl: readonly PnlRow[];
  readonly p50: number | null;
  readonly p99: number | null;
}

const SETTLED_IN = 'USDC';

export function runReport(
  proof: { readonly checks: readonly Check[]; readonly facts: ProofFacts },
  rest: ReportFacts,
): RunReport {
  const { checks, facts } = proof;
  const { integrity, orders, fills } = facts;
  const row = rest.pnl.find(({ currency }) => currency === SETTLED_IN);
  return {
    ok: checks.every(({ ok }) => ok),
    seed: rest.seed,
    orders,
    denials: rest.denials,
    fills,
    pnl: Object.fromEntries(PNL_NAMES.map((name) => [name, row?.[name] ?? '0'])) as Pnl,
    ledger: {
      postings: Number(integrity.postings),
      trialBalance: integrity.trialBalance,
      chainValid: integrity.chainValid,
    },
    venueAccountEqual: venueAccountEqual(checks),
    latencyMicros: { p50: rest.p50, p99: rest.p99 },
    checks,
  };
}
