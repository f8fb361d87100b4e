/** Where answers to one service arrive; permissions are written in terms of it. */
export const inboxPrefix = (service: string): string => `_INBOX_${service}`;

/**
 * The last token of an inbox says who answers: `q…` another service, `s…` the stream that stored an event. Subscribers
 * of a durable event see its inbox too, and must not take the event for a question.
 */
export const QUESTION = 'q';
export const STORED = 's';

export const isAnswerInbox = (replyTo: string): boolean =>
  replyTo.startsWith('_INBOX_') && replyTo.charAt(replyTo.lastIndexOf('.') + 1) !== STORED;
