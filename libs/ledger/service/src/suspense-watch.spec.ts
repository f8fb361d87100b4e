import type { AccountFact } from '@argosy/contracts';
import { format, parseAmount, parseQuantity, timeNs } from '@argosy/domain';
import { InMemoryBroker, InMemoryBus, ManualTime } from '@argosy/testing';
import { aLedger, BTC, FakeExecution, filled, MAIN, NOON, observed } from './testing/ledger-fixture.js';

const setUp = async () => {
  const time = new ManualTime(NOON);
  const broker = new InMemoryBroker(time.clock, time.timers);
  const wire = new InMemoryBus(broker, 'execution');
  const execution = new FakeExecution(wire);
  const ledger = aLedger(wire.peer('ledger'), time.clock, time.timers);
  await ledger.service.start();
  await ledger.service.listen();
  const told = async (...facts: AccountFact[]): Promise<void> => {
    for (const fact of facts) {
      await execution.publish(execution.happened(fact));
      await time.advanceAsync(1);
    }
  };
  const inSuspense = async (): Promise<string> => {
    const house = (await ledger.store.positions(MAIN)).find(({ strategyId }) => strategyId === '');
    return house === undefined ? 'never' : format(house.quantity);
  };
  return { told, inSuspense, ...ledger };
};

/** The venue holds `stated`; execution lacks `lacking` of it. */
const unexplained = (stated: string, lacking: string): AccountFact => ({
  kind: 'position_unexplained',
  unexplained: {
    accountKind: 'live',
    breakId: `${BTC}:0>${lacking}`,
    instrumentId: BTC,
    quantity: parseAmount(lacking),
    stated: parseAmount(stated),
    reason: 'position differs from the venue',
    foundAt: timeNs(NOON),
  },
});
const seen = (quantity: string): AccountFact =>
  observed('1000', { reconciled: false, positions: [{ instrumentId: BTC, quantity: parseAmount(quantity) }] });
const late = filled('late', { quantity: parseQuantity('2'), fee: parseAmount('0') });

describe('what one leader put into suspense (I-29, 5.3, 5.14)', () => {
  it('is taken back by the ledger when the late fills come under another leader, after three statements of the venue', async () => {
    const { told, inSuspense, store, logger, service } = await setUp();
    await told(observed('1000'), unexplained('2', '2'), seen('2'), seen('2'), seen('2'));
    expect(await inSuspense()).toBe('2');
    // The leader changes here: the next one finds its position by the late fills and has nothing to tell.
    await told(late, seen('2'), seen('2'));
    expect(await inSuspense()).toBe('2');
    await told(seen('2'));
    expect(await inSuspense()).toBe('0');
    await told(seen('2'), seen('2'), seen('2'), seen('2'));
    const entries = await store.entries(MAIN, 0n, 10);
    expect(entries.map(({ kind, corrects }) => [kind, corrects])).toEqual([
      ['opening', undefined],
      ['suspense', undefined],
      ['fill', undefined],
      ['correction', 2n],
    ]);
    expect(logger.lines.filter((line) => /^WARNING (suspense|correction)_booked/.test(line))).toHaveLength(2);
    const report = await service.integrity();
    expect(report).toMatchObject({ ok: true, value: { problems: [], accountSequences: { main: 13n } } });
  });

  it('stays while the venue says something else in between: one statement that fits may fit by chance', async () => {
    const { told, inSuspense } = await setUp();
    await told(observed('1000'), unexplained('2', '2'), late);
    await told(seen('2'), seen('2'), seen('4'), seen('2'), seen('2'), seen('4'));
    expect(await inSuspense()).toBe('2');
  });

  it('is nothing where the ledger has the fills that execution lacks', async () => {
    const { told, inSuspense, store } = await setUp();
    await told(observed('1000'), late, unexplained('2', '2'), seen('2'));
    expect([await inSuspense(), (await store.breaks(10)).length]).toEqual(['never', 0]);
  });

  it('is there once, though the next leader finds it anew and tells it under the same name', async () => {
    const { told, inSuspense, store } = await setUp();
    await told(observed('1000'), unexplained('2', '2'), seen('2'), unexplained('2', '2'), seen('2'));
    expect([await inSuspense(), (await store.breaks(10)).length]).toEqual(['2', 0]);
  });
});
