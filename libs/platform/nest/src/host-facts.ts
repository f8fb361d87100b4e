import { type ProcessCondition, ProcessFacts, type ProcessLeadership } from '@argosy/platform-port';
import type { ProcessHost } from './process-host.js';
import type { ReadinessService } from './readiness.service.js';

const NS_PER_MS = 1_000_000n;

/** What this process says of itself: its host and its readiness. */
export class HostFacts extends ProcessFacts {
  constructor(
    readonly version: string,
    private readonly host: ProcessHost,
    private readonly readiness: ReadinessService,
  ) {
    super();
  }

  get pid(): number {
    return this.host.pid;
  }

  override memoryBytes(): number {
    return this.host.memoryBytes();
  }

  override cpuMs(): number {
    return this.host.cpuMs?.() ?? 0;
  }

  override leadership(): ProcessLeadership {
    return this.readiness.leadership();
  }

  override conditions(): readonly ProcessCondition[] {
    return this.readiness.report().conditions.map(({ name, ok, since, reason }) => ({
      name,
      met: ok,
      reason: reason ?? '',
      sinceNs: BigInt(Date.parse(since)) * NS_PER_MS,
    }));
  }
}
