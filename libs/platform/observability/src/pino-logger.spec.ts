import { Secret } from '@argosy/platform-config';
import type { LogLevel } from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import { LOG_DEPTH_MAX, LOG_ITEMS_MAX, LOG_TEXT_MAX } from './log-value.js';
import type { LogSink } from './log-sink.js';
import { PinoLogger } from './pino-logger.js';
import { TraceScope } from './trace-scope.js';

class MemorySink implements LogSink {
  readonly #written: { readonly line: string; readonly about: string }[] = [];
  /** Has the logger write what it was told: lines are read as if the turn were over. */
  settle: () => void = () => undefined;
  flushes = 0;
  reopened = 0;
  write(line: string, level: LogLevel, component: string): void {
    this.#written.push({ line, about: `${level} ${component}` });
  }
  get lines(): readonly string[] {
    this.settle();
    return this.#written.map(({ line }) => line);
  }
  get about(): readonly string[] {
    this.settle();
    return this.#written.map(({ about }) => about);
  }
  flush(): void {
    this.flushes += 1;
  }
  reopen(): void {
    this.reopened += 1;
  }
}

function aLogger(level: LogLevel = 'DEBUG') {
  const sink = new MemorySink();
  const scope = new TraceScope();
  const errors: string[] = [];
  const logger = new PinoLogger({
    component: 'state_machine',
    level,
    clock: new ManualTime().clock,
    sink,
    scope,
    onError: (type) => errors.push(type),
  });
  sink.settle = () => logger.flush();
  const last = (): Record<string, unknown> & { data: Record<string, unknown> } => JSON.parse(sink.lines.at(-1) ?? '{}');
  return { logger, sink, scope, errors, last };
}

describe('PinoLogger', () => {
  it('writes the format of the manuals, name for name and in their order (OB-4)', () => {
    const { logger, sink } = aLogger();
    logger.info('state_transition', {
      from_state: 'idle',
      to_state: 'signal',
      signal_id: 'signal_123',
      duration_ms: 15.5,
    });
    expect(sink.lines).toEqual([
      '{"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","component":"state_machine","event_type":"state_transition",' +
        '"data":{"from_state":"idle","to_state":"signal","signal_id":"signal_123","duration_ms":15.5}}\n',
    ]);
  });

  it('stamps each line with its own time, within a second and across many', () => {
    const time = new ManualTime();
    const sink = new MemorySink();
    const scope = new TraceScope();
    const logger = new PinoLogger({ component: 'x', level: 'DEBUG', clock: time.clock, sink, scope });
    sink.settle = () => logger.flush();
    for (const stepMs of [0, 7, 92, 900, 1, 59_000, 86_400_000 - 60_000]) {
      time.advance(stepMs);
      logger.info('tick');
    }
    expect(sink.lines.map((line) => (JSON.parse(line) as { timestamp: string }).timestamp)).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.007Z',
      '2026-01-01T00:00:00.099Z',
      '2026-01-01T00:00:00.999Z',
      '2026-01-01T00:00:01.000Z',
      '2026-01-01T00:01:00.000Z',
      '2026-01-02T00:00:00.000Z',
    ]);
  });

  it('carries the trace of the message being handled, and a named one before that (OB-5)', () => {
    const { logger, scope, last } = aLogger();
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    scope.run(trace, () => logger.info('order_placed'));
    expect(last()).toMatchObject({ trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), data: {} });
    logger.info('order_placed', { order: 'x', trace: { traceparent: `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01` } });
    expect(last()).toMatchObject({ trace_id: 'c'.repeat(32), span_id: 'd'.repeat(16), data: { order: 'x' } });
    expect(last().data).not.toHaveProperty('trace');
    logger.info('order_placed');
    expect(last()).not.toHaveProperty('trace_id');
  });

  it('has five levels, drops those below its own, and is on disk after CRITICAL', () => {
    const { logger, sink, errors } = aLogger('WARNING');
    for (const level of ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const)
      logger.log(level, level.toLowerCase());
    expect(sink.flushes).toBe(1);
    expect(sink.about).toEqual(['WARNING state_machine', 'ERROR state_machine', 'CRITICAL state_machine']);
    expect(errors).toEqual(['error', 'critical']);
  });

  it('names the part in its children and shares their sink', () => {
    const { logger, sink, last } = aLogger();
    logger.child('risk').info('checked');
    expect(last()).toMatchObject({ component: 'risk' });
    logger.reopen();
    expect([sink.about, sink.reopened]).toEqual([['INFO risk'], 1]);
  });

  it('writes a line after the turn in which it was logged, as it was then', async () => {
    const { logger, sink } = aLogger();
    sink.settle = () => undefined;
    const order = { state: 'new' };
    logger.info('state_transition', { order });
    order.state = 'sent';
    expect(sink.lines).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(sink.lines).toHaveLength(1);
    expect(JSON.parse(sink.lines[0] ?? '')).toMatchObject({ data: { order: { state: 'new' } } });
  });

  const secrets: ReadonlyArray<[string, unknown]> = [
    ['password', 'hunter2'],
    ['apiKey', 'hunter2'],
    ['API_SECRET', 'hunter2'],
    ['private_key', 'hunter2'],
    ['Authorization', 'Bearer hunter2'],
    ['X-SIGNATURE', 'hunter2'],
    ['token', 'hunter2'],
    ['sessionToken', 'hunter2'],
    ['cookie', 'hunter2'],
    ['approvalKey', 'hunter2'],
    ['anything', new Secret('hunter2')],
    ['nested', { deep: [{ client_secret: 'hunter2' }] }],
  ];
  it.each(secrets)('hides a secret under %s', (name, value) => {
    const { logger, sink } = aLogger();
    logger.info('x', { [name]: value, feeToken: 'USDC' });
    expect(sink.lines.join()).not.toContain('hunter2');
    expect(sink.lines.join()).toContain('USDC');
  });

  it('writes exact numbers as text, errors with their causes, and never throws', () => {
    const { logger, last } = aLogger();
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const hostile = {
      toJSON: () => {
        throw new Error('no');
      },
    };
    logger.info('x', {
      big: 2n ** 80n,
      bad: Number.NaN,
      bytes: new Uint8Array(3),
      run: () => undefined,
      circular,
      hostile,
      error: Object.assign(new Error('outer', { cause: new Error('inner') }), { code: 'ECONNREFUSED' }),
    });
    expect(last().data).toMatchObject({
      big: '1208925819614629174706176',
      bad: 'NaN',
      bytes: '[3 bytes]',
      run: '[function]',
      hostile: '[unprintable]',
      error: { message: 'outer', code: 'ECONNREFUSED', cause: { message: 'inner' } },
    });
  });

  it('bounds depth, length and number', () => {
    const { logger, sink, last } = aLogger();
    let deep: unknown = 'bottom';
    for (let i = 0; i <= LOG_DEPTH_MAX; i += 1) deep = { deep };
    logger.info('x', {
      deep,
      long: 'x'.repeat(LOG_TEXT_MAX + 1),
      many: Array.from({ length: LOG_ITEMS_MAX + 5 }, () => 1),
    });
    expect(sink.lines[0]).not.toContain('bottom');
    expect(String(last().data['long'])).toHaveLength(LOG_TEXT_MAX + 1);
    expect((last().data['many'] as unknown[]).at(-1)).toBe('… 5 more');
  });

  it('keeps one record on one line, whatever is in it', () => {
    const { logger, sink } = aLogger();
    logger.info('x', { text: 'first\nsecond\u2028third\r"{}' });
    expect(sink.lines[0]?.trimEnd().split(/\n/)).toHaveLength(1);
  });
});
