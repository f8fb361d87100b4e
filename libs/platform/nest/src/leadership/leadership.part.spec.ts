import { Fault } from '@argosy/domain';
import { type DemotionWatch, LEASE_TIMES, LeadershipMetrics, LeaseLeadership } from '@argosy/platform-election';
import { MemoryElectionRecord, MemoryLeaseStore } from '@argosy/platform-election';
import { SilentLogger, SilentMetrics } from '@argosy/platform-port';
import { aProcess, InMemoryBroker, InMemoryBus, ManualTime } from '@argosy/testing';
import { Departure, EXIT_LEFT } from '../departure.js';
import type { ProcessHost } from '../process-host.js';
import { ReadinessService } from '../readiness.service.js';
import { LeadershipPart } from './leadership.part.js';

const logger = new SilentLogger();
const NAME = 'ledger';

function aFleet() {
  const time = new ManualTime();
  const store = new MemoryLeaseStore(() => time.clock.monotonicMs());
  const record = new MemoryElectionRecord(() => time.clock.monotonicMs());
  const broker = new InMemoryBroker(time.clock, time.timers);
  const process = (candidate: string) => {
    const exits: number[] = [];
    const host = { exit: (code: number) => exits.push(code), complain: () => undefined } as unknown as ProcessHost;
    const readiness = new ReadinessService(NAME, '0', time.clock, time.timers, logger);
    const parts = { store, clock: time.clock, timers: time.timers, logger };
    const leadership = new LeaseLeadership(
      { candidate, names: [NAME], times: LEASE_TIMES },
      { ...parts, metrics: new LeadershipMetrics(new SilentMetrics()) },
    );
    const drains: number[] = [];
    const departure = new Departure(host);
    departure.whenDraining((code) => drains.push(code));
    const watch = { start: () => undefined, stop: () => undefined } as unknown as DemotionWatch;
    const bus = new InMemoryBus(broker, NAME);
    const part = new LeadershipPart(
      NAME,
      { name: NAME, place: candidate },
      { ...parts, leadership, record, watch, bus, facts: aProcess(), readiness, departure },
    );
    let isStarted = false;
    const start = (): void => void part.start().then(() => (isStarted = true));
    return { part, start, leadership, readiness, exits, drains, isStarted: () => isStarted };
  };
  return { time, store, record, process };
}

describe('the leadership step of a start (HA-2)', () => {
  it('waits while somebody else leads, says so, and goes on when the lease is released', async () => {
    const { time, process } = aFleet();
    const [a, b] = [process('a'), process('b')];
    a.start();
    await time.advanceAsync(2_000);
    b.start();
    await time.advanceAsync(2_000);
    expect([a.isStarted(), b.isStarted()]).toEqual([true, false]);
    expect(a.readiness.report()).toMatchObject({ role: 'primary', epoch: 1 });
    expect(b.readiness.report()).toMatchObject({ status: 'standby', role: 'standby', epoch: 1, ready: false });
    expect(b.readiness.report().waiting).toContain('standing by: a was last seen to lead, with epoch 1');
    await a.part.stop();
    await time.advanceAsync(100);
    expect(b.isStarted()).toBe(true);
    expect(b.readiness.report()).toMatchObject({ status: 'starting', role: 'primary', epoch: 2 });
  });

  it('ends the process at once when a newer epoch leads (I-09)', async () => {
    const { time, store, process } = aFleet();
    const a = process('a');
    a.start();
    await time.advanceAsync(2_000);
    const seen = await store.read([NAME]);
    store.jumpClock(10_000);
    const rows = await store.read([NAME]);
    await store.take({ names: [NAME], holder: 'thief', ttlMs: 1_200, seen: rows, epochAbove: 0 });
    expect(seen.get(NAME)?.epoch).toBe(1);
    await time.advanceAsync(LEASE_TIMES.heartbeatMs);
    expect([a.exits, a.drains]).toEqual([[EXIT_LEFT], []]);
  });

  it('drains when it steps down, says that only cancels may leave, and is held back after it (HA-1)', async () => {
    const { time, record, process } = aFleet();
    const a = process('a');
    a.start();
    await time.advanceAsync(2_000);
    a.leadership.stepDown('memory');
    expect([a.exits, a.drains]).toEqual([[], [EXIT_LEFT]]);
    expect(a.part.waitingFor()).toContain('cancels only');
    await record.steppedDown(NAME, 'a');
    await a.part.stop();
    const again = process('a');
    again.start();
    await time.advanceAsync(29_000);
    expect(again.isStarted()).toBe(false);
    expect(again.part.waitingFor()).toContain('it stepped down lately');
    await time.advanceAsync(2_000);
    expect(again.isStarted()).toBe(true);
  });

  it('ends quietly when it is stopped while standing by', async () => {
    const { time, process } = aFleet();
    const [a, b] = [process('a'), process('b')];
    a.start();
    await time.advanceAsync(2_000);
    b.start();
    await time.advanceAsync(100);
    b.readiness.stopping();
    await b.part.stop();
    await time.advanceAsync(100);
    expect(b.isStarted()).toBe(true);
    await expect(b.leadership.acquire()).rejects.toBeInstanceOf(Fault);
  });
});
