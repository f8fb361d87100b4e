import { SERVICES } from '@argosy/contracts';
import { type Refusal, refusal } from '@argosy/domain';

const NOT_A_PERSON: readonly string[] = [...SERVICES, 'signal', 'system', 'unknown'];

/** I-21: what stopped by itself is let go by a person with a name and a reason, never by a service. */
export function namedPerson({
  actor,
  reason,
}: {
  readonly actor: string;
  readonly reason: string;
}): Refusal | undefined {
  if (reason.trim() === '') return refusal('invalid_request', { field: 'reason', why: 'it needs a reason' });
  if (actor.trim() !== '' && !NOT_A_PERSON.includes(actor.trim())) return undefined;
  return refusal('invalid_request', { field: 'actor', why: 'it needs a named person', actor });
}
