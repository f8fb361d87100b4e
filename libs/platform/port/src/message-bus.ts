import type { Codec, Refusal, Result } from '@argosy/domain';
import type { TraceContext } from './trace.js';

/** What arrives beside the payload. */
export interface MessageContext {
  readonly subject: string;
  readonly trace?: TraceContext;
  /** Where an answer is expected; absent for events. */
  readonly replyTo?: string;
  /** The asker's own deadline in ms since 1970 (UTC); work past it is wasted. */
  readonly deadlineMs?: number;
  /** The event id, for idempotent consumers. */
  readonly eventId?: string;
  /** When redelivered by a durable stream: how often before. */
  readonly redeliveries: number;
}

export interface PublishOptions {
  readonly trace?: TraceContext | undefined;
  readonly eventId?: string;
  /** Hands the answer on to somebody else's inbox: the order path is a chain. */
  readonly replyTo?: string | undefined;
  readonly deadlineMs?: number | undefined;
}

export interface RequestOptions {
  readonly trace?: TraceContext | undefined;
  readonly timeoutMs: number;
}

export interface Subscription {
  /** Stops delivery; already queued messages are dropped. */
  close(): void;
}

export interface SubscribeOptions {
  /** Members of one group share the messages. */
  readonly group?: string;
  /** Oldest messages waiting beyond this are a named overflow: `onOverflow` runs and the newest is dropped. */
  readonly queueLimit: number;
  readonly onOverflow?: (subject: string) => void;
}

export interface ConflateOptions {
  /** Keys waiting beyond this are an InvariantViolation: the key set is bounded by instruments. */
  readonly keyLimit: number;
}

/** Outcome of a durable event: `done` acknowledges, `later` asks for redelivery, `never` parks it as poison. */
export type Consumed = 'done' | 'later' | 'never';

export interface ConsumeOptions {
  /** `<service>-<what-it-does>`, e.g. `ledger-post-fills`. */
  readonly durable: string;
  readonly stream: string;
  /** Unacknowledged messages in flight. */
  readonly maxInFlight: number;
  /** After so many redeliveries a message is parked and reported. */
  readonly maxRedeliveries: number;
}

/**
 * The fleet's wire. Core messages are at-most-once: orders and fills made of them carry sequences so that consumers find
 * gaps. Durable events go through a stream and are acknowledged; the stream is never the record.
 */
export abstract class MessageBus {
  /** Fire and forget. Faults: SERVICE_UNAVAILABLE while disconnected (nothing is buffered silently), QUEUE_FULL. */
  abstract publish<T>(subject: string, codec: Codec<T>, message: T, options?: PublishOptions): void;

  /**
   * Asks and waits. A typed refusal is a value.
   * Faults: SERVICE_UNAVAILABLE (nobody listens, or disconnected), DEADLINE_EXCEEDED, MESSAGE_INVALID.
   */
  abstract request<Q, R>(
    subject: string,
    ask: Codec<Q>,
    answer: Codec<R>,
    message: Q,
    options: RequestOptions,
  ): Promise<Result<R, Refusal>>;

  /** Answers a request, from wherever its reply inbox has travelled. */
  abstract reply<R>(replyTo: string, codec: Codec<R>, result: Result<R, Refusal>, trace?: TraceContext): void;

  /** Every message in order; a handler that rejects is logged and counted, the next message goes on. */
  abstract subscribe<T>(
    pattern: string,
    codec: Codec<T>,
    options: SubscribeOptions,
    handle: (message: T, context: MessageContext) => void | Promise<void>,
  ): Subscription;

  /** Newest per key only: what was not yet handled is replaced. For market data. */
  abstract subscribeNewest<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConflateOptions,
    handle: (message: T, context: MessageContext) => void,
  ): Subscription;

  /** To a stream; resolves when the stream has it. Idempotent by event id. Faults: SERVICE_UNAVAILABLE, DEADLINE_EXCEEDED. */
  abstract publishDurable<T>(
    subject: string,
    codec: Codec<T>,
    message: T,
    options: PublishOptions & { readonly eventId: string },
  ): Promise<void>;

  abstract consume<T>(
    pattern: string,
    codec: Codec<T>,
    options: ConsumeOptions,
    handle: (message: T, context: MessageContext) => Promise<Consumed>,
  ): Promise<Subscription>;

  /** Called after every reconnection: whatever was sent meanwhile is a gap to refill. */
  abstract onReconnect(refill: () => void): void;
  abstract readonly connected: boolean;
}

/** How one row of a service's route table answers. */
export type Route = RequestRoute<never, never> | EventRoute<never>;

export interface RequestRoute<Q, R> {
  readonly kind: 'request';
  /** Subject or wildcard pattern from the catalogue. */
  readonly pattern: string;
  readonly ask: Codec<Q>;
  readonly answer: Codec<R>;
  /** `undefined` means the answer travels on (a chain) and somebody else replies. */
  readonly handle: (
    message: Q,
    context: MessageContext,
  ) => Promise<Result<R, Refusal> | undefined> | Result<R, Refusal> | undefined;
}

export interface EventRoute<T> {
  readonly kind: 'event';
  readonly pattern: string;
  readonly codec: Codec<T>;
  readonly queueLimit: number;
  readonly handle: (message: T, context: MessageContext) => void | Promise<void>;
}

/** Keeps the row's types checked while the table is a plain list. */
export const requestRoute = <Q, R>(route: Omit<RequestRoute<Q, R>, 'kind'>): Route =>
  ({ kind: 'request', ...route }) as unknown as Route;
export const eventRoute = <T>(route: Omit<EventRoute<T>, 'kind'>): Route =>
  ({ kind: 'event', ...route }) as unknown as Route;
