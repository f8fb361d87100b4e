import { InvariantViolation } from '@argosy/domain';
import { routeOf } from '@argosy/ops-core';
import type { TradingService } from '@argosy/ops-service';

/** `SIGUSR2` trips the kill switch of the whole fleet (FL-5), audited like a person's request. @throws when nobody confirmed it. */
export async function killBySignal(trading: TradingService): Promise<void> {
  const lookup = routeOf('POST', '/api/v1/killswitch');
  if (lookup?.kind !== 'ruled') throw new InvariantViolation('the policy table has no kill switch');
  const command = {
    row: lookup.row,
    actor: { name: 'signal', role: 'admin', via: 'signal' } as const,
    route: 'SIGUSR2',
    requestHash: '',
  };
  const answer = await trading.kill(command, 'SIGUSR2');
  if (!answer.ok) throw new Error(`the kill switch is not confirmed: ${JSON.stringify(answer.refusal)}`);
}
