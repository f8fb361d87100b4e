import type { Approved, OrderIntent, OrderRequestId, Refusal } from '@argosy/domain';
import type { OrderSubmission } from '@argosy/contracts';

const KEPT = 20_000;

export interface FirstAnswer {
  readonly submission: OrderSubmission;
  readonly answer: { readonly approved: Approved<OrderIntent> } | { readonly refused: Refusal };
}

/** Requests and their first answers, oldest first and bounded: a request asked twice gets the first answer. */
export class FirstAnswers {
  private readonly answers = new Map<OrderRequestId, FirstAnswer>();

  get(request: OrderRequestId): FirstAnswer | undefined {
    return this.answers.get(request);
  }

  remember(submission: OrderSubmission, answer: FirstAnswer['answer']): void {
    if (this.answers.has(submission.orderRequestId)) return;
    this.answers.set(submission.orderRequestId, { submission, answer });
    if (this.answers.size <= KEPT) return;
    const [oldest] = this.answers.keys();
    if (oldest !== undefined) this.answers.delete(oldest);
  }
}
