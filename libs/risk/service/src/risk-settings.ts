import type { AccountId, AccountKind, Venue } from '@argosy/domain';
import type { RiskLimits } from '@argosy/risk-core';

export interface RiskSettings {
  readonly limits: RiskLimits;
  /** Every trading account of the fleet; an order for another one is refused. */
  readonly accounts: ReadonlyMap<AccountId, { readonly venue: Venue; readonly kind: AccountKind }>;
  /** How long an approval may be used, ms. */
  readonly approvalValidityMs: number;
  /** After an approval's end, how long until its silence is asked about, ms. */
  readonly approvalGraceMs: number;
  /** Decisions waiting to be stored; beyond it orders are refused. */
  readonly decisionQueueLimit: number;
}
