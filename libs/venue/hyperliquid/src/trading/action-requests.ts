import { Fault, type Timer, type Timers } from '@argosy/domain';
import type { ActionSigner, SignedParts } from '../signing/action-signer.js';
import { RecentMap } from '../transport/recent-map.js';

interface Pending {
  readonly settle: (response: unknown) => void;
  readonly doubt: (reason: string) => void;
  readonly limit: (reason: string) => void;
  readonly timer: Timer;
}

/** The venue takes 100 posts in flight on a connection; the last of them are kept for cancels (5.10). */
export const IN_FLIGHT_MAX = 100;
export const IN_FLIGHT_ORDERS_MAX = 80;
const LATE_IDS_REMEMBERED = 1_024;
const ID_IN_TEXT = /(?:\bid=|"id":\s*)(\d{1,15})/;

export interface ActionRequestOptions {
  readonly answerTimeoutMs: number;
  readonly timers: Timers;
  readonly signer: ActionSigner;
  /** Writes to the socket; false when nothing was written. */
  readonly send: (text: string) => boolean;
  /** A request got no answer in time: the line itself may be dead. */
  readonly onSilence?: () => void;
}

/** Signed actions over the websocket, each answer found by the id of its request. */
export class ActionRequests {
  private nextId = 1;
  private readonly pending = new Map<number, Pending>();
  /** Ids given up on: their answers are late, not foreign. */
  private readonly late = new RecentMap<true>(LATE_IDS_REMEMBERED);

  constructor(private readonly options: ActionRequestOptions) {}

  /**
   * Signs and writes before it returns; resolves with the raw `response`.
   * Faults: VENUE_UNAVAILABLE (nothing left), VENUE_RATE_LIMITED, OUTCOME_UNKNOWN.
   */
  send(parts: SignedParts, inFlightMax: number): Promise<unknown> {
    if (this.pending.size >= inFlightMax) {
      throw new Fault(
        'VENUE_RATE_LIMITED',
        `${String(this.pending.size)} actions in flight, at most ${String(inFlightMax)}`,
      );
    }
    const id = this.nextId;
    this.nextId += 1;
    if (!this.options.send(this.encode(id, parts)))
      throw new Fault('VENUE_UNAVAILABLE', 'the socket is not open; nothing was sent');
    return new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        if (!this.pending.delete(id)) return;
        timer.cancel();
        end();
      };
      const doubt = (reason: string): void => {
        this.late.set(String(id), true);
        finish(() => reject(new Fault('OUTCOME_UNKNOWN', `action ${String(id)}: ${reason}`)));
      };
      const { answerTimeoutMs, timers } = this.options;
      const timer = timers.after(answerTimeoutMs, () => {
        doubt(`no answer within ${String(answerTimeoutMs)} ms`);
        this.options.onSilence?.();
      });
      this.pending.set(id, {
        timer,
        doubt,
        settle: (response) => finish(() => resolve(response)),
        limit: (reason) => finish(() => reject(new Fault('VENUE_RATE_LIMITED', reason))),
      });
    });
  }

  /** An answer came: what it was to. */
  onAnswer(id: number, response: unknown): 'pending' | 'late' | 'foreign' {
    const request = this.pending.get(id);
    if (request !== undefined) {
      request.settle(response);
      return 'pending';
    }
    return this.late.delete(String(id)) ? 'late' : 'foreign';
  }

  /** An error outside any answer; true when it named one of our requests, which then failed before anything was done. */
  onError(text: string): boolean {
    const match = ID_IN_TEXT.exec(text);
    const request = match === null ? undefined : this.pending.get(Number(match[1]));
    if (request === undefined) return false;
    if (/too many|rate limit/i.test(text)) request.limit(text.slice(0, 200));
    else request.doubt(text.slice(0, 200));
    return true;
  }

  /** The socket is gone: whatever waited may or may not have arrived. */
  onDown(reason: string): void {
    for (const request of [...this.pending.values()]) request.doubt(`socket ${reason}`);
  }

  private encode(id: number, parts: SignedParts): string {
    const { r, s, v } = this.options.signer.sign(parts);
    const { vaultAddress } = this.options.signer;
    const vault = vaultAddress === undefined ? '' : `,"vaultAddress":"${vaultAddress}"`;
    const expiry = parts.expiresAfterMs === undefined ? '' : `,"expiresAfter":${String(parts.expiresAfterMs)}`;
    return (
      `{"method":"post","id":${String(id)},"request":{"type":"action","payload":{"action":${JSON.stringify(parts.action)},` +
      `"nonce":${String(parts.nonce)},"signature":{"r":"${r}","s":"${s}","v":${String(v)}}${vault}${expiry}}}}`
    );
  }
}
