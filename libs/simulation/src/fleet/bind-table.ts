import { InvariantViolation, type Refusal, refusal, type Result } from '@argosy/domain';
import type { EventRoute, MessageBus, MessageContext, RequestRoute, Route } from '@argosy/platform-port';

export interface TableParts {
  readonly bus: MessageBus;
  readonly panic: (error: unknown) => void;
}

/** As the transport of the real services has it. */
const REQUESTS_IN_FLIGHT_MAX = 1_024;
const UNREADABLE: ReadonlySet<string> = new Set(['DecimalFormatError', 'IdFormatError']);

/** Binds a service's route table to the bus of the simulation, with the transport's own rules for what goes wrong. */
export function bindTable(routes: readonly Route[], parts: TableParts): void {
  for (const route of routes) {
    if (route.kind === 'request') bindRequest(route, parts);
    else bindEvent(route, parts);
  }
}

function bindRequest(route: RequestRoute<never, never>, { bus, panic }: TableParts): void {
  bus.subscribe(route.pattern, route.ask, { queueLimit: REQUESTS_IN_FLIGHT_MAX }, async (message, context) => {
    const result = await guarded(() => answerOf(route, message, context), panic);
    if (result !== undefined && context.replyTo !== undefined)
      bus.reply(context.replyTo, route.answer, result, context.trace);
  });
}

function bindEvent(route: EventRoute<never>, { bus, panic }: TableParts): void {
  bus.subscribe(route.pattern, route.codec, { queueLimit: route.queueLimit }, (message, context) =>
    guarded(async () => route.handle(message, context), panic),
  );
}

async function answerOf(
  route: RequestRoute<never, never>,
  message: never,
  context: MessageContext,
): Promise<Result<never, Refusal> | undefined> {
  try {
    return await route.handle(message, context);
  } catch (error) {
    if (!(error instanceof Error) || !UNREADABLE.has(error.name)) throw error;
    return { ok: false, refusal: refusal('invalid_request', { reason: error.message }) };
  }
}

async function guarded<T>(run: () => Promise<T>, panic: (error: unknown) => void): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof InvariantViolation) panic(error);
    throw error;
  }
}
