import { Fault } from '@argosy/domain';
import type { HttpClient, HttpResponse } from '@argosy/platform-port';
import { retryAfterMs } from '@argosy/venue-port';
import { parseJson, shown, WireError } from '../wire/field.js';

export interface InfoClientOptions {
  /** Without a path, e.g. `https://api.hyperliquid.xyz`. */
  readonly apiUrl: string;
  readonly timeoutMs: number;
  /** Told of every 429, with the venue's own word for how long, if it gave one. */
  readonly onLimited?: (reason: string, retryAfterMs: number | undefined) => void;
}

/** Room for a full page of 2,000 fills several times over. */
const RESPONSE_BYTES_MAX = 16 * 1024 * 1024;
const HTTP_TOO_MANY = 429;
const HTTP_SERVER_ERROR = 500;

function refuseStatus({ status, body }: HttpResponse, type: string): void {
  if (status === 200) return;
  const what = `${type} answered ${String(status)} ${shown(body)}`;
  if (status === HTTP_TOO_MANY) throw new Fault('VENUE_RATE_LIMITED', what);
  if (status >= HTTP_SERVER_ERROR) throw new Fault('VENUE_UNAVAILABLE', what);
  throw new Fault('VENUE_PROTOCOL', what);
}

/** Questions to `/info`: reads only, so a question that got lost may simply be asked again. */
export class InfoClient {
  constructor(
    private readonly http: HttpClient,
    private readonly options: InfoClientOptions,
  ) {}

  /**
   * Asks and hands the JSON to `parse`.
   * Faults: VENUE_UNAVAILABLE, VENUE_RATE_LIMITED, VENUE_PROTOCOL (other statuses, HTML, or what `parse` refuses).
   */
  async ask<T>(
    question: { readonly type: string; readonly [field: string]: unknown },
    parse: (answer: unknown) => T,
  ): Promise<T> {
    const response = await this.post(question);
    if (response.status === HTTP_TOO_MANY)
      this.options.onLimited?.(`${question.type} answered ${String(HTTP_TOO_MANY)}`, retryAfterMs(response.headers));
    refuseStatus(response, question.type);
    try {
      return parse(parseJson(response.body));
    } catch (error) {
      if (error instanceof WireError)
        throw new Fault('VENUE_PROTOCOL', `${question.type}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  private async post(question: { readonly type: string }): Promise<HttpResponse> {
    try {
      return await this.http.request({
        method: 'POST',
        url: `${this.options.apiUrl}/info`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(question),
        timeoutMs: this.options.timeoutMs,
        maxResponseBytes: RESPONSE_BYTES_MAX,
      });
    } catch (error) {
      // A read has no outcome to be in doubt about: whether or not it arrived, the answer is missing.
      if (error instanceof Fault && error.code === 'OUTCOME_UNKNOWN') {
        throw new Fault('VENUE_UNAVAILABLE', `${question.type}: ${error.message}`, { cause: error });
      }
      throw error;
    }
  }
}
