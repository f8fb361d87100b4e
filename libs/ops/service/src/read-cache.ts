import type { Clock } from '@argosy/domain';
import { type Answer, describeNo, type DescribedNo } from './no.js';

/** Nobody sees the difference of a tenth of a second; a thousand viewers cost the fleet ten questions a second. */
export const READ_AGE_MS_MAX = 100;
/** Different questions that are remembered; beyond this all are forgotten. */
const QUESTIONS_MAX = 512;

export interface Served {
  readonly status: number;
  readonly body: string;
}

interface Kept {
  readonly served: Served;
  readonly untilMs: number;
}

/** Answers to the same question in the same moment, made and written as JSON once. A change makes all of them anew. */
export class ReadCache {
  private readonly kept = new Map<string, Kept>();
  private readonly making = new Map<string, Promise<Served>>();
  private generation = 0;

  constructor(private readonly clock: Clock) {}

  /** The answer as it stands, without a promise, when there is a fresh one. */
  peek(question: string): Served | undefined {
    const known = this.kept.get(question);
    return known !== undefined && this.clock.monotonicMs() < known.untilMs ? known.served : undefined;
  }

  serve(question: string, make: () => Promise<Answer<unknown>>): Promise<Served> {
    const running = this.making.get(question);
    if (running !== undefined) return running;
    const { generation } = this;
    const made = make().then((answer) => this.keep(question, generation, served(answer)));
    const cleared = made.finally(() => {
      if (this.making.get(question) === cleared) this.making.delete(question);
    });
    this.making.set(question, cleared);
    return cleared;
  }

  /** What is being made now was asked for before the change, so it is not kept either. */
  invalidate(): void {
    this.generation += 1;
    this.kept.clear();
    this.making.clear();
  }

  private keep(question: string, generation: number, answer: Served): Served {
    if (generation !== this.generation || answer.status !== 200) return answer;
    if (this.kept.size >= QUESTIONS_MAX) this.kept.clear();
    this.kept.set(question, { served: answer, untilMs: this.clock.monotonicMs() + READ_AGE_MS_MAX });
    return answer;
  }
}

/** JSON with a line break at its end, so that a terminal shows it well. */
export const served = (answer: Answer<unknown>): Served =>
  answer.ok ? { status: 200, body: `${JSON.stringify(answer.value)}\n` } : refusedBody(describeNo(answer.refusal));

/** A second person being needed is not an error, though nothing has been done yet. */
export const refusedBody = ({ status, code, message, details, fix }: DescribedNo): Served =>
  status === 202
    ? { status, body: `${JSON.stringify({ pending: true, message, fix, request: details })}\n` }
    : { status, body: `${JSON.stringify({ error: { code, message, details, fix } })}\n` };
