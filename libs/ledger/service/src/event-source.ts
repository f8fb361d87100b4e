import { type AccountEventsPage, accountEventsPageCodec, accountEventsRequestCodec, subjects } from '@argosy/contracts';
import { type AccountId, Fault } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';

const REFILL_TIMEOUT_MS = 2_000;
/** Facts in one answer; far under the message limit. */
export const REFILL_PAGE = 256;

/** Execution's record of an account's facts: what a stream lost is read again from here (I-42, I-45). */
export class EventSource {
  constructor(private readonly bus: MessageBus) {}

  /** Faults: SERVICE_UNAVAILABLE, DEADLINE_EXCEEDED; SERVICE_UNAVAILABLE too when execution refuses. */
  async page(accountId: AccountId, fromSequence: bigint): Promise<AccountEventsPage> {
    const question = { accountId, fromSequence, limit: REFILL_PAGE };
    const answer = await this.bus.request(
      subjects.orderEvents,
      accountEventsRequestCodec,
      accountEventsPageCodec,
      question,
      {
        timeoutMs: REFILL_TIMEOUT_MS,
      },
    );
    if (answer.ok) return answer.value;
    throw new Fault('SERVICE_UNAVAILABLE', `execution refused events of ${accountId}: ${answer.refusal.code}`);
  }
}
