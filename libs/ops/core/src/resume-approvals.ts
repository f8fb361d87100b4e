/** After this a first request to resume has to be made again. */
export const APPROVAL_MS_MAX = 300_000;

/**
 * Two different people where the fleet is configured so (I-14, I-54): the first request waits, a second one by somebody
 * else within five minutes goes through, once. A kill in between starts again.
 */
export class ResumeApprovals {
  private waiting: { readonly actor: string; readonly killId: string; readonly untilMs: number } | undefined;

  constructor(private readonly peopleNeeded: 1 | 2) {}

  /** True when this request may be done now. */
  ask(actor: string, killId: string, nowMs: number): boolean {
    if (this.peopleNeeded === 1) return true;
    const { waiting } = this;
    const isSecond =
      waiting !== undefined && waiting.actor !== actor && waiting.killId === killId && nowMs <= waiting.untilMs;
    if (isSecond) this.waiting = undefined;
    else if (waiting === undefined || waiting.killId !== killId || nowMs > waiting.untilMs)
      this.waiting = { actor, killId, untilMs: nowMs + APPROVAL_MS_MAX };
    return isSecond;
  }
}
