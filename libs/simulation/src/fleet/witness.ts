import type { AccountId } from '@argosy/domain';
import type { OrderStatusView, UserFill } from '@argosy/exchange-core';
import type { JournalBatch } from '@argosy/execution-core';
import type { LogData, LogLevel } from '@argosy/platform-port';
import type { DecisionRecord } from '@argosy/risk-core';
import type { SimProcess } from '../kernel/sim-process.js';
import type { ReadReceipt } from './people.js';
import type { SentAction } from './sent-action.js';

/** What happened that must never happen. */
export interface Violation {
  readonly invariant: string;
  readonly message: string;
  readonly atUs: number;
}

/** Who watches the world; each method is told at the moment it happens. */
export interface Witness {
  /** A signed request left a process for the venue. */
  sent?(process: SimProcess, action: SentAction): void;
  /** The journal has this, durably. */
  wrote?(batch: JournalBatch): void;
  /** Anything else left a process for the venue it trades on, and the venue answered somebody on that machine. */
  venueAsked?(process: SimProcess, text: string): void;
  venueAnswered?(machine: string, text: string): void;
  riskClaimed?(): void;
  strategyStopped?(strategy: string): void;
  strategyReenabled?(strategy: string, actor: string): void;
  decided?(decisions: readonly DecisionRecord[]): void;
  claimed?(account: AccountId, epoch: number): void;
  venueOrder?(update: OrderStatusView): void;
  venueFill?(fill: UserFill): void;
  faultBegan?(kind: string): void;
  faultEnded?(kind: string): void;
  crashed?(target: string, side: string): void;
  /** Somebody has read what became of a kill. */
  receiptRead?(receipt: ReadReceipt): void;
  logged?(process: SimProcess, level: LogLevel, eventType: string, data: LogData): void;
}

export type Told<What extends keyof Witness> = Parameters<NonNullable<Witness[What]>>;

/** One who does not care for it has no such method. */
export function tellOne<What extends keyof Witness>(witness: Witness, what: What, told: Told<What>): void {
  const hear = witness[what] as ((...told: Told<What>) => void) | undefined;
  hear?.apply(witness, told);
}
