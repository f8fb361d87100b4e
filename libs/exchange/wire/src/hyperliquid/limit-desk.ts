import {
  actionWeight,
  itemsWeight,
  type Limited,
  questionWeight,
  type RateLimitConfig,
  type RateLimits,
} from '@argosy/exchange-core';
import { type HttpAnswer, type Peer, plainAnswer, type SocketHandlers } from '../protocol.js';
import { isJsonObject, type JsonObject } from '../signing/field-order.js';
import { frame } from './account-frames.js';

/** What a banned caller is answered: not the venue's API any more, but what stands before it. */
const BANNED_STATUS = 403;
const BATCHES = ['orders', 'cancels', 'modifies'];
const POLICY_VIOLATION = 1008;

/** An answer of 429, or of a ban, that says when to come back (whole seconds, as the header has it). */
export function limitedAnswer({ kind, retryAfterMs }: Limited, bannedStatus: number): HttpAnswer {
  const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  return kind === 'limited'
    ? { ...plainAnswer(429, 'null'), headers }
    : { ...plainAnswer(bannedStatus, 'Forbidden'), headers };
}

/** Holds callers of the Hyperliquid protocol to its limits. */
export class LimitDesk {
  private readonly sockets = new Map<string, number>();

  constructor(
    private readonly config: RateLimitConfig,
    readonly limits: RateLimits,
    private readonly nowMs: () => number,
  ) {}

  /** The refusal of a request, if it is one too many. */
  request(path: string, request: JsonObject, from: string): HttpAnswer | undefined {
    const { type } = request;
    const weight = path === '/exchange' ? weightOf(request) : questionWeight(typeof type === 'string' ? type : '');
    const limited = this.limits.take(from, weight, this.nowMs());
    return limited === undefined ? undefined : limitedAnswer(limited, BANNED_STATUS);
  }

  /** Long answers weigh more. */
  answered(request: JsonObject, answer: unknown, from: string): void {
    const { type } = request;
    if (Array.isArray(answer) && typeof type === 'string')
      this.limits.charge(from, itemsWeight(type, (answer as readonly unknown[]).length));
  }

  /** A socket that counts its messages, unless there are too many sockets. */
  socket(session: SocketHandlers, peer: Peer, from: string): SocketHandlers | undefined {
    const open = this.sockets.get(from) ?? 0;
    if (open >= this.config.socketsMax) {
      peer.close(POLICY_VIOLATION, 'too many connections');
      return undefined;
    }
    this.sockets.set(from, open + 1);
    return {
      onMessage: (text) => {
        const limited = this.limits.takeMessage(from, this.nowMs());
        if (limited === undefined) session.onMessage(text);
        else if (limited.kind === 'limited') peer.send(frame('error', 'Too many messages'));
        else peer.close(POLICY_VIOLATION, 'banned');
      },
      onClose: () => {
        this.sockets.set(from, Math.max(0, (this.sockets.get(from) ?? 0) - 1));
        session.onClose();
      },
    };
  }
}

function weightOf({ action }: JsonObject): number {
  if (!isJsonObject(action)) return 1;
  const batch = BATCHES.map((name) => action[name]).find(Array.isArray) as readonly unknown[] | undefined;
  return actionWeight(batch?.length ?? 0);
}
