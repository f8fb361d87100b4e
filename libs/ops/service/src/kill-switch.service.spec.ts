import { ok } from '@argosy/domain';
import { ResumeApprovals } from '@argosy/ops-core';
import { ManualTime } from '@argosy/testing';
import type { AuditTrail, Command } from './audit-trail.js';
import type { FleetClient } from './clients/fleet-client.js';
import type { KillFile } from './kill-file.js';
import { KillSwitchService } from './kill-switch.service.js';
import type { StatusService } from './status.service.js';

const BY_ANN = { actor: { name: 'ann' } } as Command;

/** A fleet that latches at once, and an audit log that takes an entry of a resume only when told to. */
function world() {
  const told: string[] = [];
  let write = (): void => undefined;
  const written = new Promise<void>((resolve) => (write = resolve));
  const audit = {
    newId: () => 'k',
    run: async (_command: Command, reason: string, work: () => Promise<unknown>) => {
      if (reason === 'over') await written;
      return work();
    },
  } as unknown as AuditTrail;
  const fleet = {
    kill: async (service: string) => {
      told.push(`kill ${service}`);
      return ok({ killId: 'k', durable: true, cancelRequested: [], inDoubt: [], gateShutNs: 1n });
    },
    resume: async (service: string) => {
      told.push(`resume ${service}`);
      return ok({});
    },
    risk: { tradingState: async () => ok({ kill: { killId: 'k', at: 1n } }) },
    strategyHost: { stopEveryStrategy: async () => ok({}) },
  } as unknown as FleetClient;
  const service = new KillSwitchService(
    fleet,
    { invalidate: () => undefined } as StatusService,
    audit,
    new ResumeApprovals(1, () => ''),
    { resumeProblem: () => undefined } as KillFile,
    new ManualTime(),
  );
  return { service, told, write };
}

describe('the kill switch at the gateway', () => {
  it('a kill wins over a resume that was asked for before it and not written down yet (F-29, I-12)', async () => {
    const { service, told, write } = world();
    const resuming = service.resume(BY_ANN, 'over');
    expect(await service.kill(BY_ANN, 'fire')).toMatchObject({ ok: true, value: { complete: true } });
    write();
    expect(await resuming).toMatchObject({ ok: false, refusal: { code: 'kill_came_first' } });
    expect(told).toEqual(['kill execution', 'kill risk']);
  });

  it('a resume that nobody overtakes reaches both who have latched', async () => {
    const { service, told, write } = world();
    write();
    expect(await service.resume(BY_ANN, 'over')).toMatchObject({ ok: true });
    expect(told).toEqual(['resume execution', 'resume risk']);
  });
});
