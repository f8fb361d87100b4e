import { Fault } from '@argosy/domain';
import type { IntegrityCheck, IntegrityResult } from '@argosy/ledger-core';
import { InMemoryBroker, InMemoryBus, ManualTime, settled } from '@argosy/testing';
import { aLedger, NOON, TestStore } from './testing/ledger-fixture.js';

const WHOLE: IntegrityResult = { problems: [], postings: 0n, entries: 0n, trialBalance: new Map(), chainValid: true };

/** A store whose checks end when the test says so. */
class SlowStore extends TestStore {
  readonly checks: { readonly check: IntegrityCheck; readonly end: (result: IntegrityResult | Fault) => void }[] = [];
  override checkIntegrity(check: IntegrityCheck = { scope: 'full' }): Promise<IntegrityResult> {
    return new Promise((resolve, reject) => {
      const end = (result: IntegrityResult | Fault): void =>
        result instanceof Fault ? reject(result) : resolve(result);
      this.checks.push({ check, end });
    });
  }
}

const setUp = async () => {
  const time = new ManualTime(NOON);
  const bus = new InMemoryBus(new InMemoryBroker(time.clock, time.timers), 'ledger');
  const store = new SlowStore();
  const ledger = aLedger(bus, time.clock, time.timers, store);
  await ledger.service.start();
  const integrity = () => {
    const status = ledger.service.status();
    return status.ok ? status.value.conditions.find(({ name }) => name === 'integrity') : undefined;
  };
  return { time, integrity, ...ledger, store };
};

describe('the ledger proves its books', () => {
  it('by itself every minute, from the last checkpoint on; what it finds makes it unhealthy without anybody asking (I-47)', async () => {
    const { time, store, integrity, logger } = await setUp();
    await time.advanceAsync(60_000);
    expect(store.checks[0]?.check).toEqual({ scope: 'recent', checkpointAtNs: time.clock.now() });
    store.checks[0]?.end({ ...WHOLE, problems: ['balance of account 1 is 5'] });
    await settled();
    expect(integrity()).toMatchObject({ met: false, reason: 'balance of account 1 is 5' });
    expect(logger.lines.filter((line) => line.startsWith('CRITICAL integrity_checked'))).toHaveLength(1);
  });

  it('and only a full check makes it healthy again', async () => {
    const { time, store, integrity, service, metrics } = await setUp();
    const gauge = () => metrics.values.get('argosy_ledger_integrity_ok');
    await time.advanceAsync(60_000);
    store.checks[0]?.end({ ...WHOLE, problems: ['entry 4 was changed'] });
    await time.advanceAsync(60_000);
    store.checks[1]?.end(WHOLE);
    await settled();
    expect([integrity()?.met, gauge()]).toEqual([false, 0]);
    const asked = service.integrity();
    await settled();
    store.checks[2]?.end(WHOLE);
    await asked;
    expect([integrity()?.met, gauge()]).toEqual([true, 1]);
  });

  it('a full check shows how far it is, answers everybody who asks meanwhile, and has no other beside it', async () => {
    const { time, store, integrity, logger, metrics, service } = await setUp();
    const asked = [service.integrity(), service.integrity()];
    await settled();
    const [{ check, end } = { check: { scope: 'recent' as const }, end: () => undefined }] = store.checks;
    check.onProgress?.(10_000n, 1_000_000n);
    expect(integrity()).toMatchObject({ met: true, reason: 'checked 10000 of 1000000 entries' });
    await time.advanceAsync(60_000);
    check.onProgress?.(250_000n, 1_000_000n);
    expect(metrics.values.get('argosy_ledger_integrity_progress_ratio')).toBe(0.25);
    expect(logger.lines).toContain('INFO integrity_progress {"read":"250000","total":"1000000"}');
    end(WHOLE);
    await Promise.all(asked);
    expect([store.checks.length, integrity()?.reason]).toEqual([1, '']);
  });

  it('a store that does not answer puts a recent check off until the next minute', async () => {
    const { time, store, integrity, logger } = await setUp();
    await time.advanceAsync(60_000);
    store.checks[0]?.end(new Fault('STORE_UNAVAILABLE', 'gone'));
    await time.advanceAsync(60_000);
    expect([store.checks.length, integrity()?.met]).toEqual([2, true]);
    expect(logger.lines.some((line) => line.includes('"task":"integrity","code":"STORE_UNAVAILABLE"'))).toBe(true);
  });
});
