import { type Amount, format, ZERO_AMOUNT } from '@argosy/domain';
import type { AccountTotal } from './ledger-store.port.js';

/** The trial balance by asset, and a sentence for every asset that is not zero (I-34). */
export function problemsOfBalances(balances: Iterable<AccountTotal>): {
  readonly trialBalance: ReadonlyMap<string, Amount>;
  readonly problems: readonly string[];
} {
  const trialBalance = new Map<string, Amount>();
  for (const { account, amount } of balances) {
    trialBalance.set(account.asset, ((trialBalance.get(account.asset) ?? ZERO_AMOUNT) + amount) as Amount);
  }
  const problems = [...trialBalance]
    .filter(([, sum]) => sum !== 0n)
    .map(([asset, sum]) => `trial balance of ${asset} is ${format(sum)}, not 0`);
  return { trialBalance, problems };
}
