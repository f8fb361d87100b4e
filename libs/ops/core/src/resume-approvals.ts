import type { Digest } from './digest.port.js';

/** After this a first request to resume has to be made again. */
export const APPROVAL_MS_MAX = 300_000;
const ID_LENGTH = 32;

/** What one person asked for and another one may allow. */
export interface ResumeRequest {
  /** Digest of everything below: whoever approves it approves this and nothing else (I-54). */
  readonly requestId: string;
  readonly killId: string;
  readonly askedBy: string;
  readonly reason: string;
  readonly untilMs: number;
}

export type Asked =
  { readonly kind: 'granted' } | { readonly kind: 'waiting'; readonly request: ResumeRequest; readonly isOwn: boolean };
export type Approved =
  | { readonly kind: 'granted'; readonly request: ResumeRequest }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'own'; readonly request: ResumeRequest };

interface Ask {
  readonly actor: string;
  readonly killId: string;
  readonly reason: string;
}

/**
 * Two different people where the fleet is configured so (I-14, I-54): one asks, another one approves exactly that, within
 * five minutes, once. Any kill in between, also of a fleet that is killed already, starts again.
 */
export class ResumeApprovals {
  private waiting: ResumeRequest | undefined;

  constructor(
    readonly peopleNeeded: 1 | 2,
    private readonly digest: Digest,
  ) {}

  /** The request that waits for somebody's approval now. */
  pending(nowMs: number): ResumeRequest | undefined {
    if (this.waiting !== undefined && nowMs > this.waiting.untilMs) this.waiting = undefined;
    return this.waiting;
  }

  ask({ actor, killId, reason }: Ask, nowMs: number): Asked {
    if (this.peopleNeeded === 1) return { kind: 'granted' };
    const waiting = this.pending(nowMs);
    if (waiting !== undefined && waiting.killId === killId)
      return { kind: 'waiting', request: waiting, isOwn: waiting.askedBy === actor };
    const requestId = this.digest([killId, actor, reason, String(nowMs)].join('\n')).slice(0, ID_LENGTH);
    this.waiting = { requestId, killId, askedBy: actor, reason, untilMs: nowMs + APPROVAL_MS_MAX };
    return { kind: 'waiting', request: this.waiting, isOwn: true };
  }

  approve(
    by: { readonly actor: string; readonly requestId: string; readonly killId: string },
    nowMs: number,
  ): Approved {
    const waiting = this.pending(nowMs);
    if (waiting === undefined || waiting.requestId !== by.requestId || waiting.killId !== by.killId)
      return { kind: 'unknown' };
    if (waiting.askedBy === by.actor) return { kind: 'own', request: waiting };
    this.waiting = undefined;
    return { kind: 'granted', request: waiting };
  }

  /** A kill: what was asked for before it was asked without knowing of it. */
  forget(): void {
    this.waiting = undefined;
  }
}
