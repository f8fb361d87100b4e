import { accountId, type AccountKind, type Venue } from '@argosy/domain';
import type { Disk } from '@argosy/platform-port';
import { type StrategyProblem } from '@argosy/strategy-api';
import { marketMaker } from '@argosy/strategy-market-maker';
import { momentum } from '@argosy/strategy-momentum';
import { strategyProblems, strategyTypes } from '@argosy/strategy-service';
import { StrategyFiles } from '@argosy/strategy-store';
import { basename, dirname } from 'node:path';

const TYPES = strategyTypes([marketMaker, momentum]);

/** What a strategy's file can be checked against, when it is known. */
export interface KnownAccount {
  readonly account_id: string;
  readonly venue: Venue;
  readonly kind: AccountKind;
}

/** Everything that is wrong with a strategy's file, as the host would say it when loading. */
export async function problemsOfStrategy(
  path: string,
  disk: Disk,
  accounts: readonly KnownAccount[],
): Promise<readonly StrategyProblem[]> {
  const read = await new StrategyFiles(dirname(path), disk).readFile(basename(path));
  if (!read.ok) return read.problems;
  const trading = accounts.map(({ account_id: id, venue, kind }) => ({ accountId: accountId(id), venue, kind }));
  return strategyProblems(read.value, TYPES, trading);
}
