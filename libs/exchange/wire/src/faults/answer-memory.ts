import type { HttpAnswer } from '../protocol.js';

interface Remembered {
  readonly answer: HttpAnswer;
  readonly atMs: number;
}

/** Questions whose answers are remembered, for faults that give them again. */
const ANSWERS_MAX = 256;

/** What was answered before: to the same question, and last of all in each lane. */
export class AnswerMemory {
  private readonly byQuestion = new Map<string, Remembered>();
  private readonly last = new Map<string, HttpAnswer>();

  /** The answer that this question got at most `forMs` ago; the next one is remembered once there is none. */
  stale(question: string, nowMs: number, forMs: number): HttpAnswer | undefined {
    const known = this.byQuestion.get(question);
    return known !== undefined && nowMs - known.atMs <= forMs ? known.answer : undefined;
  }

  /** Remembers a fresh answer: a stale one stays as old as it is. */
  remember(question: string, answer: HttpAnswer, nowMs: number): void {
    this.byQuestion.delete(question);
    this.byQuestion.set(question, { answer, atMs: nowMs });
    if (this.byQuestion.size <= ANSWERS_MAX) return;
    for (const oldest of this.byQuestion.keys()) {
      this.byQuestion.delete(oldest);
      return;
    }
  }

  /** The answer before this one in the same lane. */
  swap(lane: string, answer: HttpAnswer): HttpAnswer | undefined {
    const before = this.last.get(lane);
    this.last.set(lane, answer);
    return before;
  }
}
