import type { MessageContext } from '@argosy/platform-port';
import { Fault } from '@argosy/domain';
import { isAnswerInbox } from './inbox.js';
import { traceOf, type WireHeaders } from './wire-headers.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const DEADLINE = /^\d{1,15}$/;

/**
 * What a handler learns beside the payload.
 *
 * A reply subject that is not an inbox is refused: answering there would let the asker publish under our permissions.
 * @throws Fault MESSAGE_INVALID for such a subject or for malformed headers.
 */
export function readContext(
  subject: string,
  replyTo: string,
  read: WireHeaders | undefined,
  redeliveries: number,
): MessageContext {
  const context: Writable<MessageContext> = { subject, redeliveries };
  if (replyTo !== '') {
    if (!replyTo.startsWith('_INBOX_') && !replyTo.startsWith('$JS.ACK.')) {
      throw new Fault(
        'MESSAGE_INVALID',
        `'${subject}' asks for an answer at '${replyTo.slice(0, 80)}', which is no inbox`,
      );
    }
    if (isAnswerInbox(replyTo)) context.replyTo = replyTo;
  }
  if (read === undefined) return context;
  const trace = traceOf(read);
  if (trace !== undefined) context.trace = trace;
  if (read.eventId !== undefined) context.eventId = read.eventId;
  if (read.deadline !== undefined) {
    if (!DEADLINE.test(read.deadline)) throw new Fault('MESSAGE_INVALID', `'${subject}' has an unreadable deadline`);
    context.deadlineMs = Number(read.deadline);
  }
  return context;
}
