import { SilentLogger } from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import { ReadinessService } from './readiness.service.js';

function aService(): { readiness: ReadinessService; time: ManualTime } {
  const time = new ManualTime();
  return { readiness: new ReadinessService('risk', '1.2.3', time.clock, time.timers, new SilentLogger()), time };
}

describe('ReadinessService', () => {
  it('is ready when it has started and every condition holds', () => {
    const { readiness } = aService();
    const store = readiness.condition('postgres');
    expect(readiness.report()).toMatchObject({ status: 'starting', ready: false });
    readiness.started();
    expect(readiness.report()).toMatchObject({
      status: 'waiting',
      ready: false,
      waiting: expect.stringContaining('postgres: not yet known since 20'),
    });
    store.holds();
    expect(readiness.report()).toMatchObject({ status: 'ready', ready: true, service: 'risk', version: '1.2.3' });
    readiness.stopping();
    expect(readiness.report()).toMatchObject({ status: 'stopping', ready: false });
  });

  it('names what is lost, since when, and not anew for each wording', () => {
    const { readiness, time } = aService();
    readiness.started();
    const ledger = readiness.condition('ledger');
    ledger.holds();
    time.advance(5_000);
    ledger.waits('unreachable');
    const { since } = readiness.report().conditions[0]!;
    time.advance(5_000);
    ledger.waits('still unreachable');
    expect(readiness.report().conditions[0]).toEqual({ name: 'ledger', ok: false, since, reason: 'still unreachable' });
  });

  it('asks a polled condition with every report', () => {
    const { readiness } = aService();
    readiness.started();
    let reason: string | undefined = 'reconciling';
    readiness.poll('venue', () => reason);
    expect(readiness.ready).toBe(false);
    reason = undefined;
    expect(readiness.ready).toBe(true);
  });

  it('carries facts of the service, which cannot hide its own fields', () => {
    const { readiness } = aService();
    readiness.fact('epoch', 7);
    readiness.fact('ready', true);
    expect(readiness.report()).toMatchObject({ epoch: 7, ready: false });
  });

  it('waits for a dependency with growing pauses and its reason', async () => {
    const { readiness, time } = aService();
    let tries = 0;
    const waiting = readiness.waitFor('nats', () =>
      (tries += 1) < 4 ? Promise.reject(new Error(`refused ${String(tries)}`)) : Promise.resolve(),
    );
    await time.advanceAsync(0);
    expect(readiness.report().conditions[0]).toMatchObject({ ok: false, reason: 'refused 1' });
    await time.advanceAsync(50);
    expect(tries).toBe(2);
    await time.advanceAsync(99);
    expect(tries).toBe(2);
    await time.advanceAsync(1 + 200);
    await waiting;
    expect(readiness.report().conditions[0]).toMatchObject({ ok: true });
  });

  it('stops waiting when the service stops', async () => {
    const { readiness, time } = aService();
    const waiting = readiness.waitFor('nats', () => Promise.reject(new Error('refused')));
    const ended = expect(waiting).rejects.toThrow('stopped while waiting for nats');
    readiness.stopping();
    await time.advanceAsync(50);
    await ended;
  });
});
