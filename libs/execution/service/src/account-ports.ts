import type { Clock, Timers } from '@argosy/domain';
import type { OrderJournal } from '@argosy/execution-core';
import type { Disk, Leadership, Logger, MessageBus, Tracer } from '@argosy/platform-port';
import type { TradingVenue } from '@argosy/venue-port';
import type { ApprovalVerifier } from './approval-verifier.port.js';
import type { ExecutionMetrics } from './execution.metrics.js';

/** What every part of one account's trading stands on. */
export interface AccountPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly journal: OrderJournal;
  readonly bus: MessageBus;
  readonly disk: Disk;
  readonly venue: TradingVenue;
  readonly leadership: Leadership;
  readonly verifier: ApprovalVerifier;
  readonly tracer: Tracer;
  readonly logger: Logger;
  readonly metrics: ExecutionMetrics;
}
