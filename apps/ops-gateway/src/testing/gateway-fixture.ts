import { AuditLog, canonicalText } from '@argosy/ops-core';
import { MemoryAuditLog } from '@argosy/ops-store';
import { bootService, type RunningService } from '@argosy/platform-nest';
import { MessageBus } from '@argosy/platform-port';
import { HmacSha256, SystemClock, SystemTimers } from '@argosy/platform-runtime';
import { nsToMs } from '@argosy/domain';
import { InMemoryBroker, InMemoryBus } from '@argosy/testing';
import { request as httpRequest } from 'node:http';
import { opsModule } from '../app.module.js';
import { setUpHttp } from '../http/set-up-http.js';
import { readOpsConfig } from '../ops.config.js';
import { sha256 } from '../sha256.js';
import { FakeFleet } from './fake-fleet.js';

export const SECRET = 'a secret of more than thirty-two characters';
const clock = new SystemClock();
export const nowMs = (): number => nsToMs(clock.now());

export interface Signing {
  readonly keyId?: string;
  readonly secret?: string;
  readonly timestamp?: string;
  readonly nonce?: string;
}

let nonces = 0;

/** The headers that `argosy sign` prints. */
export function signed(
  method: string,
  target: string,
  body: string | Uint8Array = '',
  signing: Signing = {},
): Record<string, string> {
  const timestamp = signing.timestamp ?? String(nowMs());
  const nonce = signing.nonce ?? `spec-${String((nonces += 1))}`;
  const text = canonicalText({ timestamp, nonce, method, target, bodyHash: sha256(body) });
  const signature = Buffer.from(new HmacSha256(signing.secret ?? SECRET).sign(text)).toString('hex');
  return {
    'x-api-key': signing.keyId ?? 'admin-key',
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': signature,
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any;
  readonly text: string;
}

/** The gateway on a real port, with a fleet of fakes behind an in-memory bus. */
export class Gateway {
  constructor(
    readonly service: RunningService,
    readonly fleet: FakeFleet,
    readonly audit: MemoryAuditLog,
    readonly bus: InMemoryBus,
  ) {}

  get url(): string {
    return this.service.url.replace('[::1]', '127.0.0.1');
  }
  get port(): number {
    return Number(new URL(this.url).port);
  }

  async fetch(
    method: string,
    target: string,
    init: { body?: string | Uint8Array | undefined; headers?: Record<string, string> } = {},
  ): Promise<Reply> {
    const { body } = init;
    const response = await fetch(this.url + target, {
      method,
      headers: init.headers ?? {},
      ...(body === undefined ? {} : { body: body as string }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text.startsWith('{') ? JSON.parse(text) : undefined,
    };
  }

  get(target: string): Promise<Reply> {
    return this.fetch('GET', target);
  }

  /** As the manuals' `curl -d` sends it: signed, and with a content type that says nothing. */
  send(method: string, target: string, body?: unknown, signing: Signing = {}): Promise<Reply> {
    const text =
      body === undefined
        ? undefined
        : typeof body === 'string' || body instanceof Uint8Array
          ? body
          : JSON.stringify(body);
    const headers = {
      ...signed(method, target, text ?? '', signing),
      ...(text === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    return this.fetch(method, target, { body: text, headers });
  }

  /** A request target byte for byte, as no client library would send it. */
  raw(
    method: string,
    target: string,
    headers: Record<string, string> = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.port, method, path: target, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      });
      request.on('error', reject).end();
    });
  }
}

/** @param over variables of the configuration */
export async function startGateway(
  over: Readonly<Record<string, string>> = {},
  auditLog: AuditLog = new MemoryAuditLog(sha256),
): Promise<Gateway> {
  const bus = new InMemoryBus(new InMemoryBroker(clock, new SystemTimers()), 'ops-gateway');
  const fleet = new FakeFleet(bus.peer('fleet'), clock);
  const world = {
    providers: [
      { provide: MessageBus, useValue: bus },
      { provide: AuditLog, useValue: auditLog },
    ],
    steps: [],
    leadership: [],
  };
  const env = {
    SERVICE_HTTP_PORT: '0',
    SERVICE_LOG_LEVEL: 'CRITICAL',
    OPS_API_KEY: 'admin-key',
    OPS_API_SECRET: SECRET,
    OPS_LOOPBACK_READS: 'true',
    OPS_RATE_PER_SECOND: '10000',
    OPS_RATE_BURST: '10000',
    OPS_HEADERS_TIMEOUT: '300ms',
    ...over,
  };
  const service = await bootService({
    name: 'ops-gateway',
    configure: () => readOpsConfig(env),
    module: (config) => opsModule(config, { ...env, VIEWER_KEY: SECRET }, world),
    http: (app) => setUpHttp(app, '0.1.0'),
    host: {
      pid: 1,
      memoryBytes: () => 1,
      onSignal: () => undefined,
      onUncaught: () => undefined,
      exit: (code) => {
        throw new Error(`the gateway ended with ${String(code)}`);
      },
      complain: (text) => {
        throw new Error(text);
      },
    },
  });
  if (service === undefined) throw new Error('the gateway did not start');
  await service.started;
  return new Gateway(service, fleet, auditLog as MemoryAuditLog, bus);
}
