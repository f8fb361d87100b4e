import type { KillSwitchService } from '@argosy/ops-service';

/** `SIGUSR2` trips the kill switch of the whole fleet (FL-5), audited like a person's request. @throws when nobody confirmed it. */
export async function killBySignal(killSwitch: KillSwitchService): Promise<void> {
  const answer = await killSwitch.killBy({ name: 'signal', role: 'admin', via: 'signal' }, 'SIGUSR2', 'SIGUSR2');
  if (!answer.ok) throw new Error(`the kill switch is not confirmed: ${JSON.stringify(answer.refusal)}`);
}
