import { type Clock, Fault, type Random } from '@argosy/domain';
import type { HttpClient, HttpResponse } from '@argosy/platform-port';
import { CommandError, EXIT } from '../exit-codes.js';
import { signRequest, type SigningKey } from './sign-request.js';

export interface GatewayPlace {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Absent: requests are not signed, which a local fleet lets read. */
  readonly key?: SigningKey | undefined;
}

export interface GatewayPorts {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly random: Random;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const ANSWER_WITHIN_MS = 10_000;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

/** The gateway's REST interface, every request signed, every no an error with its code. */
export class GatewayClient {
  constructor(
    readonly place: GatewayPlace,
    private readonly ports: GatewayPorts,
  ) {}

  get(path: string): Promise<unknown> {
    return this.send('GET', path);
  }

  /** @throws CommandError unreachable, or refused with the gateway's own code and cure. */
  async send(method: Method, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(method, path, body);
    const value = parse(answer.body);
    if (answer.status < 300) return value;
    throw refusedBy(method, path, answer.status, value);
  }

  /** The answer as it is, whatever its status. */
  async ask(method: Method, path: string, body?: unknown, timeoutMs = ANSWER_WITHIN_MS): Promise<HttpResponse> {
    const text = body === undefined ? '' : JSON.stringify(body);
    const { http, clock, random } = this.ports;
    const { url, key } = this.place;
    const signed =
      key === undefined ? {} : { ...signRequest(key, { method, target: path, body: text }, clock, random) };
    try {
      return await http.request({
        method,
        url: `${url}${path}`,
        headers: { ...signed, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: text }),
        timeoutMs,
        maxResponseBytes: ANSWER_BYTES_MAX,
      });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const fix =
        error.code === 'VENUE_UNAVAILABLE'
          ? 'Start a fleet with argosy up, or name one with --url.'
          : 'Read the present state before trying again.';
      throw new CommandError(EXIT.unreachable, `no answer from ${url}: ${error.message}`, fix, 'GATEWAY_UNREACHABLE');
    }
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

interface Problem {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly fix?: unknown;
  readonly details?: unknown;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function refusedBy(method: Method, path: string, status: number, value: unknown): CommandError {
  const body = (typeof value === 'object' && value !== null ? value : {}) as Problem & { readonly error?: unknown };
  const problem = (typeof body.error === 'object' && body.error !== null ? body.error : body) as Problem;
  const details =
    typeof problem.details === 'object' && problem.details !== null ? Object.entries(problem.details) : [];
  const facts = details.length === 0 ? '' : ` (${details.map(([name, fact]) => `${name}=${String(fact)}`).join(', ')})`;
  const message =
    textOf(problem.message) ??
    textOf(body.error) ??
    (typeof value === 'string' ? value.slice(0, 200) : 'refused without a word');
  const exitCode = status === 503 || status === 504 || status === 502 ? EXIT.unreachable : EXIT.refused;
  return new CommandError(
    exitCode,
    `${method} ${path}: ${String(status)} ${message}${facts}`,
    textOf(problem.fix),
    textOf(problem.code),
  );
}
