import { accountId, instrumentId, parseAmount, strategyId } from '@argosy/domain';
import { type HoldingsCheckpoint, type StrategyHistoryEntry, type StrategyStore } from '@argosy/strategy-api';
import { A_MOMENT } from '@argosy/testing';

const A = strategyId('maker-a');
const B = strategyId('maker-b');
const MAIN = accountId('main');
const held = (sequence: bigint, ...quantities: readonly string[]): HoldingsCheckpoint => ({
  accountId: MAIN,
  sequence,
  holdings: quantities.map((quantity, index) => ({
    strategyId: index === 0 ? A : B,
    instrumentId: instrumentId('hyperliquid_BTC-PERP'),
    quantity: parseAmount(quantity),
  })),
});
const entry = (changes: Partial<StrategyHistoryEntry> = {}): StrategyHistoryEntry => ({
  strategyId: A,
  action: 'loaded',
  actor: 'ann',
  reason: 'from a.json',
  configVersion: 1,
  at: A_MOMENT,
  ...changes,
});

/** What every strategy store promises. `fresh` is empty; `other` is a second one on the same data. */
export function strategyStoreContract(
  name: string,
  make: () => { readonly fresh: () => Promise<StrategyStore>; readonly other: () => StrategyStore },
): void {
  describe(`${name} as a strategy store`, () => {
    let store: StrategyStore;
    beforeEach(async () => {
      store = await make().fresh();
    });

    it('keeps what is loaded, by id, and what is wanted of it', async () => {
      expect(await store.saveConfig(B, '{"b":1}')).toBe(1);
      expect(await store.saveConfig(A, '{"a":1}')).toBe(1);
      await store.want(A, 'running');
      expect(await make().other().loaded()).toEqual([
        { strategyId: A, configJson: '{"a":1}', configVersion: 1, wanted: 'running' },
        { strategyId: B, configJson: '{"b":1}', configVersion: 1, wanted: 'stopped' },
      ]);
    });

    it('counts every change of configuration and leaves what is wanted alone', async () => {
      await store.saveConfig(A, '{"a":1}');
      await store.want(A, 'running');
      expect(await store.saveConfig(A, '{"a":2}')).toBe(2);
      expect(await store.loaded()).toEqual([
        { strategyId: A, configJson: '{"a":2}', configVersion: 2, wanted: 'running' },
      ]);
    });

    it('remembers an unloaded strategy: its versions go on when it comes back, stopped', async () => {
      await store.saveConfig(A, '{"a":1}');
      await store.want(A, 'running');
      expect(await store.wasUnloaded(A)).toBe(false);
      await store.unload(A);
      await store.want(A, 'running');
      expect(await store.loaded()).toEqual([]);
      expect(await store.wasUnloaded(A)).toBe(true);
      expect(await store.wasUnloaded(B)).toBe(false);
      expect(await store.saveConfig(A, '{"a":3}')).toBe(2);
      expect((await store.loaded())[0]?.wanted).toBe('stopped');
    });

    it('never gives a run twice, whatever the clock says (I-07)', async () => {
      expect(await store.claimRun(A, 100n)).toBe(100n);
      expect(await store.claimRun(A, 100n)).toBe(101n);
      expect(await store.claimRun(A, 5n)).toBe(102n);
      expect(await store.claimRun(A, 200n)).toBe(200n);
      expect(await store.claimRun(B, 7n)).toBe(7n);
    });

    it('tells the history of one strategy, newest first', async () => {
      await store.record(entry());
      await store.record(entry({ strategyId: B }));
      await store.record(entry({ action: 'failed', actor: 'strategy-host', reason: 'threw \u{0}', configVersion: 2 }));
      const told = await store.history(A, 10);
      expect(told.map(({ action, configVersion, at }) => [action, configVersion, at])).toEqual([
        ['failed', 2, A_MOMENT],
        ['loaded', 1, A_MOMENT],
      ]);
      expect(await store.history(A, 1)).toHaveLength(1);
    });

    it('replaces the checkpoint of an account whole, and never by an older one', async () => {
      expect(await store.checkpoint(MAIN)).toBeUndefined();
      await store.saveCheckpoint(held(5n, '0.3', '-1.000000000001'));
      expect(await store.checkpoint(MAIN)).toEqual(held(5n, '0.3', '-1.000000000001'));
      await store.saveCheckpoint(held(9n, '0.1'));
      await store.saveCheckpoint(held(8n, '77'));
      expect(await store.checkpoint(MAIN)).toEqual(held(9n, '0.1'));
    });
  });
}
