import { ok } from '@argosy/domain';
import { PromMetrics, TraceScope } from '@argosy/platform-observability';
import { type Codec, type RequestRoute, requestRoute, SilentLogger, SilentTracer } from '@argosy/platform-port';
import { InMemoryBroker, InMemoryBus, ManualTime } from '@argosy/testing';
import { RoutesTransport } from './routes.transport.js';

const text: Codec<string> = {
  name: 'text',
  encode: (message) => Buffer.from(message),
  decode: (bytes) => Buffer.from(bytes).toString(),
};
const SUBJECT = 'argosy.cmd.order.submit';

function aFleet() {
  const time = new ManualTime();
  const broker = new InMemoryBroker(time.clock, time.timers);
  const lead = (name: string, handle: RequestRoute<string, string>['handle']): RoutesTransport => {
    const parts = {
      service: 'risk',
      bus: new InMemoryBus(broker, name),
      tracer: new SilentTracer(),
      scope: new TraceScope(),
      metrics: new PromMetrics(),
      clock: time.clock,
      logger: new SilentLogger(),
      panic: (error: unknown) => {
        throw error;
      },
    };
    const transport = new RoutesTransport([requestRoute({ pattern: SUBJECT, ask: text, answer: text, handle })], parts);
    transport.listen(() => undefined);
    return transport;
  };
  return { time, lead, asker: new InMemoryBus(broker, 'asker') };
}

describe('RoutesTransport', () => {
  it('F-12: a leader that stands still and is bound still takes no request from the next one', async () => {
    const { time, lead, asker } = aFleet();
    lead('risk-1', () => new Promise(() => undefined));
    lead('risk-2', (message) => ok(`${message} by risk-2`));
    const answers: unknown[] = [];
    for (let i = 0; i < 10; i += 1)
      void asker.request(SUBJECT, text, text, String(i), { timeoutMs: 1_000 }).then((answer) => answers.push(answer));
    await time.advanceAsync(10);
    expect(answers).toEqual(Array.from({ length: 10 }, (_, i) => ok(`${String(i)} by risk-2`)));
  });

  it('takes nothing more once it is closed', async () => {
    const { time, lead, asker } = aFleet();
    const heard: string[] = [];
    const transport = lead('risk-1', (message) => {
      heard.push(message);
      return ok(message);
    });
    await transport.close();
    const asked = asker.request(SUBJECT, text, text, 'late', { timeoutMs: 1_000 });
    const refused = expect(asked).rejects.toThrow();
    await time.advanceAsync(1_100);
    await refused;
    expect(heard).toEqual([]);
  });
});
