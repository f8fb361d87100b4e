import { SilentLogger } from '@argosy/platform-port';
import { ManualTime } from '@argosy/testing';
import { DRAIN_MS_MAX, ServiceLife } from './life.js';
import { ReadinessService } from './readiness.service.js';
import type { NamedPart } from './start-order.js';

function aLife() {
  const time = new ManualTime();
  const readiness = new ReadinessService('s', '1', time.clock, time.timers, new SilentLogger());
  const told: string[] = [];
  const part = (name: string, over: NamedPart['part'] = {}): NamedPart => ({
    name,
    part: { start: () => void told.push(`start ${name}`), stop: () => void told.push(`stop ${name}`), ...over },
  });
  return { time, readiness, told, part, life: new ServiceLife(readiness, time.timers, new SilentLogger()) };
}

describe('ServiceLife', () => {
  it('starts in order and stops in the reverse order (FL-4)', async () => {
    const { life, told, part, readiness } = aLife();
    await life.start([part('store'), part('bus'), part('routes')]);
    expect(readiness.ready).toBe(true);
    expect(await life.stop()).toBe(true);
    expect(told).toEqual(['start store', 'start bus', 'start routes', 'stop routes', 'stop bus', 'stop store']);
  });

  it('does not start what stands behind a part that cannot, and stops only what began', async () => {
    const { life, told, part, readiness } = aLife();
    const parts = [part('store'), part('bus', { start: () => Promise.reject(new Error('refused')) }), part('routes')];
    await expect(life.start(parts)).rejects.toThrow('bus cannot start: refused');
    expect(readiness.ready).toBe(false);
    await life.stop();
    expect(told).toEqual(['start store', 'stop bus', 'stop store']);
  });

  it('stops the others when one fails to stop', async () => {
    const { life, told, part } = aLife();
    await life.start([part('store'), part('bus', { stop: () => Promise.reject(new Error('stuck')) })]);
    expect(await life.stop()).toBe(true);
    expect(told).toContain('stop store');
  });

  it('gives up after the drain limit', async () => {
    const { life, part, time } = aLife();
    await life.start([part('store'), part('hangs', { stop: () => new Promise(() => undefined) })]);
    const stopped = life.stop();
    await time.advanceAsync(DRAIN_MS_MAX - 1);
    await time.advanceAsync(1);
    expect(await stopped).toBe(false);
  });

  it('stays not ready while a started part waits for something', async () => {
    const { life, part, readiness } = aLife();
    let reason: string | undefined = 'reconciling open orders';
    await life.start([part('venue', { waitingFor: () => reason })]);
    expect(readiness.report()).toMatchObject({
      status: 'waiting',
      waiting: expect.stringContaining('venue: reconciling open orders'),
    });
    reason = undefined;
    expect(readiness.ready).toBe(true);
  });
});
