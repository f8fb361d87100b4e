import {
  killCodec,
  type KillReceipt,
  killReceiptCodec,
  serviceStatusCodec,
  serviceStatusRequestCodec,
  subjects,
} from '@argosy/contracts';
import { type Clock, ok, type Refusal, refusal, refused, type Result } from '@argosy/domain';
import { requestRoute, type Route } from '@argosy/platform-port';
import type { KillSwitchService } from './kill-switch.service.js';
import type { StatusService } from './status.service.js';

/** What the gateway answers: how it is, and a service that was told by a signal to kill the fleet. */
export const opsRoutes = (status: StatusService, killSwitch: KillSwitchService, clock: Clock): readonly Route[] => [
  requestRoute({
    pattern: subjects.serviceStatus('ops-gateway'),
    ask: serviceStatusRequestCodec,
    answer: serviceStatusCodec,
    handle: () => ok(status.own()),
  }),
  requestRoute({
    pattern: subjects.tradingKill('ops-gateway'),
    ask: killCodec,
    answer: killReceiptCodec,
    handle: async ({ actor, reason, killId }): Promise<Result<KillReceipt, Refusal>> => {
      const by = { name: actor === '' ? 'signal' : actor, role: 'admin', via: 'bus' } as const;
      const answer = await killSwitch.killBy(by, 'SIGUSR2', reason === '' ? 'SIGUSR2' : reason, killId);
      if (!answer.ok) return refused(refusal('halt_state_unknown'));
      return ok({
        killId: answer.value.kill_id,
        service: 'ops-gateway',
        gateShutNs: clock.now(),
        cancelRequested: [...answer.value.cancel_requested],
        inDoubt: [...answer.value.in_doubt],
        durable: answer.value.complete,
      });
    },
  }),
];
