import { killCodec, killReceiptCodec, type ServiceName, SERVICES, subjects } from '@argosy/contracts';
import { Fault } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';

/** Whoever sends a signal wants to know at once whether it held. */
const ANSWER_WITHIN_MS = 2_000;
/** The gateway stops the strategies too and writes it down; the other two latch by themselves when it is away. */
const ASKED = ['execution', 'risk', 'ops-gateway'] as const;

const isService = (name: string): name is ServiceName => SERVICES.some((service) => service === name);

/**
 * A kill of the whole fleet, asked for by a service that was told to by `SIGUSR2` (FL-5).
 * @returns who holds it; a latch that cannot be stored now holds all the same. Nobody when `service` is the gateway, which
 * kills by itself, or no service of the fleet.
 */
export async function askForKill(bus: MessageBus, service: string, killId: string): Promise<readonly string[]> {
  if (!isService(service) || service === 'ops-gateway') return [];
  const message = { actor: `signal to ${service}`, reason: 'SIGUSR2', killId };
  const asked = ASKED.filter((name) => name !== service);
  const held = await Promise.all(
    asked.map(async (name) => {
      try {
        const answer = await bus.request(subjects.tradingKill(name), killCodec, killReceiptCodec, message, {
          timeoutMs: ANSWER_WITHIN_MS,
        });
        return answer.ok || answer.refusal.code === 'service_degraded' ? [name] : [];
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return [];
      }
    }),
  );
  return held.flat();
}
