import { Fault, ok } from '@argosy/domain';
import { Int, loadConfig } from '@argosy/platform-config';
import { type Codec, type MessageBus as Bus, MessageBus, requestRoute, type Route } from '@argosy/platform-port';
import { freePort } from '@argosy/testing';
import { Module } from '@nestjs/common';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bootService, type RunningService, type ServiceDefinition } from './boot-service.js';
import type { ProcessHost } from './process-host.js';
import { ReadinessService } from './readiness.service.js';
import { SERVICE_PREFIXES, ServiceConfig } from './service-config.js';
import { bindRoutes, startInOrder, waitUntil } from './start-order.js';
import { provideRoutes } from './tokens.js';
import { provide, wire } from './wire.js';

const text: Codec<string> = {
  name: 'text',
  encode: (message) => Buffer.from(message),
  decode: (bytes) => Buffer.from(bytes).toString(),
};

/** Just enough of a bus to be bound to: what it is asked to subscribe, it can be made to receive. */
class LoopBus {
  connected = true;
  readonly handlers = new Map<string, (message: string, context: object) => unknown>();
  readonly replies: unknown[] = [];
  subscribe(
    pattern: string,
    _codec: unknown,
    _options: unknown,
    handle: (message: string, context: object) => unknown,
  ) {
    this.handlers.set(pattern, handle);
    return { close: () => void this.handlers.delete(pattern) };
  }
  reply(replyTo: string, _codec: unknown, result: unknown): void {
    this.replies.push({ replyTo, result });
  }
}

class SpecHost implements ProcessHost {
  memoryBytes(): number {
    return 1;
  }
  readonly pid = 1;
  readonly signals = new Map<string, () => void>();
  readonly complaints: string[] = [];
  uncaught: (error: unknown) => void = () => undefined;
  readonly exited: Promise<number>;
  exit: (code: number) => void = () => undefined;
  constructor() {
    this.exited = new Promise((resolve) => (this.exit = resolve));
  }
  onSignal(signal: string, run: () => void): void {
    this.signals.set(signal, run);
  }
  onUncaught(run: (error: unknown) => void): void {
    this.uncaught = run;
  }
  complain(words: string): void {
    this.complaints.push(words);
  }
}

class EchoConfig extends ServiceConfig {
  @Int({ min: 1, max: 9 })
  readonly ECHO_TIMES: number = 2;
}
class EchoService {
  isStopped = false;
  killed = '';
  constructor(
    private readonly config: EchoConfig,
    readonly bus: Bus,
  ) {}
  echo(message: string) {
    if (message === 'fault') throw new Fault('VENUE_UNAVAILABLE', 'venue down');
    return ok(message.repeat(this.config.ECHO_TIMES));
  }
  stop(): void {
    this.isStopped = true;
  }
}
const echoRoutes = (service: EchoService): readonly Route[] => [
  requestRoute<string, string>({
    pattern: 'argosy.qry.echo.say',
    ask: text,
    answer: text,
    handle: (message) => service.echo(message),
  }),
];

class Gate {
  isOpen = false;
  probe(): void {
    if (!this.isOpen) throw new Error('gate is shut');
  }
}

@Module({
  providers: [
    provide(MessageBus, () => new LoopBus() as unknown as Bus),
    wire(Gate),
    wire(EchoService, EchoConfig, MessageBus),
    provideRoutes(echoRoutes, EchoService),
    startInOrder(
      waitUntil('gate', Gate, (gate) => gate.probe()),
      EchoService,
      bindRoutes(),
    ),
  ],
})
class EchoModule {}

async function boot(env: Record<string, string>, over: Partial<ServiceDefinition<EchoConfig>> = {}) {
  const host = new SpecHost();
  const running = await bootService<EchoConfig>({
    name: 'echo',
    version: '9.9.9',
    configure: () => loadConfig(EchoConfig, { SERVICE_LOG_LEVEL: 'CRITICAL', ...env }, [...SERVICE_PREFIXES, 'ECHO_']),
    module: () => EchoModule,
    host,
    ...over,
  });
  return { host, running: running as RunningService };
}

const json = async (url: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('bootService', () => {
  it('answers health while it waits, then messages, then drains on SIGTERM (FL-1, FL-5)', async () => {
    const { host, running } = await boot({});
    const waiting = await json(`${running.url}/health`);
    expect(waiting).toMatchObject({
      status: 200,
      body: {
        status: 'starting',
        ready: false,
        service: 'echo',
        version: '9.9.9',
        waiting: expect.stringContaining('gate: gate is shut since'),
      },
    });
    expect((await json(`${running.url}/health/ready`)).status).toBe(503);

    running.get(Gate).isOpen = true;
    await running.started;
    expect(await json(`${running.url}/health/ready`)).toMatchObject({
      status: 200,
      body: { status: 'ready', ready: true },
    });

    const bus = running.get(MessageBus) as unknown as LoopBus;
    bus.handlers.get('argosy.qry.echo.say')?.('hi', {
      subject: 'argosy.qry.echo.say',
      replyTo: 'inbox.1',
      redeliveries: 0,
    });
    await new Promise(setImmediate);
    expect(bus.replies).toEqual([{ replyTo: 'inbox.1', result: ok('hihi') }]);

    const service = running.get(EchoService);
    host.signals.get('SIGTERM')?.();
    expect(await host.exited).toBe(0);
    expect(bus.handlers.size).toBe(0);
    expect(service.isStopped).toBe(true);
    await expect(fetch(`${running.url}/health`)).rejects.toThrow();
  });

  it('answers health also while its parts wait for the network to be made (FL-1)', async () => {
    let arrive: () => void = () => undefined;
    const network = new Promise<void>((resolve) => (arrive = resolve));
    const late = provide(
      Gate,
      async (readiness) => {
        readiness.condition('nats').waits('connecting to nats://nowhere:4222');
        await network;
        return new Gate();
      },
      ReadinessService,
    );
    @Module({ providers: [late, startInOrder(waitUntil('gate', Gate, () => undefined))] })
    class LateModule {}
    const port = await freePort();
    const booting = boot({ SERVICE_HTTP_PORT: String(port) }, { module: () => LateModule });
    const url = `http://127.0.0.1:${String(port)}/health`;
    const first = await eventually(() => json(url));
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'starting', waiting: expect.stringContaining('nats: connecting to') },
    });
    arrive();
    const { running } = await booting;
    await running.started;
    expect((await json(url)).body).toMatchObject({ service: 'echo', version: '9.9.9' });
    await running.stop();
  });

  it('serves its metrics in OpenMetrics form, under the names of the manuals (OB-1)', async () => {
    const { running } = await boot({});
    await fetch(`${running.url}/nowhere/${'x'.repeat(20)}`);
    const response = await fetch(`${running.url}/metrics`);
    const body = await response.text();
    expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
    expect(body).toContain('http_requests_total{method="GET",route="unknown",status="404"} 1');
    expect(body.trimEnd().endsWith('# EOF')).toBe(true);
    await running.stop();
  });

  it('prints every configuration problem and exits with 78', async () => {
    const { host, running } = await boot({ ECHO_TIMES: '0', SERVICE_HTTP_PORT: 'many' });
    expect(running).toBeUndefined();
    expect(await host.exited).toBe(78);
    expect(host.complaints.join()).toContain('ECHO_TIMES');
    expect(host.complaints.join()).toContain('SERVICE_HTTP_PORT');
  });

  it('exits with 1 when a part cannot start', async () => {
    @Module({
      providers: [
        wire(Gate),
        startInOrder(
          waitUntil('x', Gate, () => undefined),
          Broken,
        ),
        wire(Broken),
      ],
    })
    class BrokenModule {}
    const where = await folder();
    const { host } = await boot({ SERVICE_LOG_FOLDER: where }, { module: () => BrokenModule });
    expect(await host.exited).toBe(1);
    expect(await readFile(path.join(where, 'errors.log'), 'utf8')).toContain('no limit for gross exposure');
  });

  it('exits with 1 on an uncaught error, its reason on disk', async () => {
    const where = await folder();
    const { host, running } = await boot({ SERVICE_LOG_FOLDER: where, SERVICE_LOG_LEVEL: 'INFO' });
    host.uncaught(new Error('nobody caught me'));
    expect(await host.exited).toBe(1);
    const errors = await readFile(path.join(where, 'errors.log'), 'utf8');
    expect(JSON.parse(errors)).toMatchObject({
      level: 'CRITICAL',
      component: 'system',
      event_type: 'uncaught_error',
      data: { error: { message: 'nobody caught me' } },
    });
    await running.stop();
  });

  it('reopens its logs on SIGUSR1, so that rotation loses nothing', async () => {
    const where = await folder();
    const { host, running } = await boot({ SERVICE_LOG_FOLDER: where, SERVICE_LOG_LEVEL: 'INFO' });
    await rename(path.join(where, 'system.log'), path.join(where, 'system.log.1'));
    host.signals.get('SIGUSR1')?.();
    await running.stop();
    expect(await readFile(path.join(where, 'system.log.1'), 'utf8')).toContain('http_listening');
    expect(await readFile(path.join(where, 'system.log'), 'utf8')).toContain('shutdown_complete');
  });

  it('trips the kill switch on SIGUSR2, and ends when it cannot (FL-5)', async () => {
    const first = await boot({}, { onKillSignal: (get) => void (get(EchoService).killed = 'SIGUSR2') });
    first.host.signals.get('SIGUSR2')?.();
    expect(first.running.get(EchoService).killed).toBe('SIGUSR2');
    await first.running.stop();
    const second = await boot(
      { SERVICE_LOG_FOLDER: await folder() },
      { onKillSignal: () => Promise.reject(new Error('no store')) },
    );
    second.host.signals.get('SIGUSR2')?.();
    expect(await second.host.exited).toBe(1);
    await second.running.stop();
  });
});

/** Asks until somebody answers. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

class Broken {
  start(): Promise<void> {
    return Promise.reject(new Error('no limit for gross exposure'));
  }
}

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'argosy-nest-'));
  folders.push(made);
  return made;
}
afterAll(async () => {
  await Promise.all(folders.map((made) => rm(made, { recursive: true, force: true })));
});
