import { type Clock, Fault } from '@argosy/domain';
import type { HttpClient, HttpResponse } from '@argosy/platform-port';
import { parseJson } from './read-json.js';

const TIMEOUT_MS = 5_000;
/** Kept closed at least so long after a 429, which without pause becomes a ban (418). */
const BLOCKED_MS_MIN = 1_000;
const BLOCKED_MS_MAX = 3 * 24 * 3_600_000;

export interface RestAnswer {
  readonly text: string;
  readonly json: unknown;
}

/** Public REST calls, with Binance's rate-limit answers honoured: while blocked nothing leaves. */
export class BinanceRest {
  #blockedUntilMs = 0;

  constructor(
    private readonly baseUrl: string,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** Ms until a call may leave again; zero now. */
  get blockedForMs(): number {
    return Math.max(0, this.#blockedUntilMs - this.clock.monotonicMs());
  }

  /** Faults: VENUE_RATE_LIMITED, VENUE_UNAVAILABLE, VENUE_REFUSED, VENUE_PROTOCOL (no JSON), OUTCOME_UNKNOWN (time-out). */
  async get(path: string, maxResponseBytes: number): Promise<RestAnswer> {
    if (this.blockedForMs > 0)
      throw new Fault(
        'VENUE_RATE_LIMITED',
        `${this.baseUrl} asked us to wait ${String(Math.ceil(this.blockedForMs))} ms more`,
      );
    const response = await this.http.request({
      method: 'GET',
      url: this.baseUrl + path,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes,
    });
    this.#check(path, response);
    const json = parseJson(response.body);
    if (json === undefined)
      throw new Fault(
        'VENUE_PROTOCOL',
        `${path} answered ${String(response.status)} with ${String(response.body.length)} characters that are no JSON`,
      );
    return { text: response.body, json };
  }

  #check(path: string, { status, headers, body }: HttpResponse): void {
    if (status === 200) return;
    if (status === 429 || status === 418) {
      this.#block(headers['retry-after']);
      throw new Fault(
        'VENUE_RATE_LIMITED',
        `${path} answered ${String(status)}: blocked for ${String(Math.ceil(this.blockedForMs))} ms`,
      );
    }
    const code = status >= 500 ? 'VENUE_UNAVAILABLE' : status >= 400 ? 'VENUE_REFUSED' : 'VENUE_PROTOCOL';
    throw new Fault(code, `${path} answered ${String(status)}: ${body.slice(0, 120)}`);
  }

  #block(retryAfter: string | undefined): void {
    const seconds = retryAfter !== undefined && /^\d{1,7}$/.test(retryAfter) ? Number(retryAfter) : 0;
    const forMs = Math.min(BLOCKED_MS_MAX, Math.max(BLOCKED_MS_MIN, seconds * 1_000));
    this.#blockedUntilMs = this.clock.monotonicMs() + forMs;
  }
}
