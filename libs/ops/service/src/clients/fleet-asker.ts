import type { ServiceName } from '@argosy/contracts';
import type { Codec } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import { type Answer, noAnswer } from '../no.js';

/** A page that waits longer than this looks broken to whoever asked for it. */
export const QUERY_MS_MAX = 1_000;
/** The parts of a status are asked side by side; the slowest is named instead of waited for (FL-7). */
export const STATUS_MS_MAX = 300;
export const COMMAND_MS_MAX = 5_000;
/** Loading a strategy reads and checks files; an integrity check reads all books. */
export const SLOW_MS_MAX = 30_000;
/** Somebody who pulls the switch wants to know at once whether it held. */
export const KILL_MS_MAX = 2_000;

interface Question<Q, R> {
  readonly to: ServiceName;
  readonly subject: string;
  readonly ask: Codec<Q>;
  readonly answer: Codec<R>;
  readonly message: Q;
  readonly timeoutMs?: number;
}

/** Asks one service one thing; a service that does not answer is a named no, never an exception. */
export class FleetAsker {
  constructor(private readonly bus: MessageBus) {}

  query<Q, R>(question: Question<Q, R>): Promise<Answer<R>> {
    return this.asked(question, question.timeoutMs ?? QUERY_MS_MAX, false);
  }

  command<Q, R>(question: Question<Q, R>): Promise<Answer<R>> {
    return this.asked(question, question.timeoutMs ?? COMMAND_MS_MAX, true);
  }

  private async asked<Q, R>(
    { to, subject, ask, answer, message }: Question<Q, R>,
    timeoutMs: number,
    isCommand: boolean,
  ): Promise<Answer<R>> {
    try {
      return await this.bus.request(subject, ask, answer, message, { timeoutMs });
    } catch (error) {
      return noAnswer(to, error, isCommand);
    }
  }
}
