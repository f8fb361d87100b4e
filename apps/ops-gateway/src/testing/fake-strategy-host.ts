import {
  configureStrategyCodec,
  emptyCodec,
  type LoadStrategy,
  loadStrategyCodec,
  startStrategyCodec,
  type StopStrategy,
  stopStrategyCodec,
  strategiesPageCodec,
  strategiesRequestCodec,
  strategyRequestCodec,
  type StrategyView,
  strategyViewCodec,
  subjects,
  unloadStrategyCodec,
} from '@argosy/contracts';
import { ok, type Refusal, refusal, refused, type Result } from '@argosy/domain';
import { A_MOMENT } from '@argosy/testing';
import type { Answers } from './fake-answers.js';

const STRATEGY: StrategyView = {
  strategyId: 'market_maker_btc',
  name: 'Market maker',
  type: 'market_maker',
  status: 'stopped',
  reason: '',
  exchanges: ['hyperliquid', 'binance'],
  symbols: ['BTC-PERP'],
  configJson: '{"parameters":{"spread_bps":10}}',
  configVersion: '1',
  paperTrading: false,
  ordersSubmitted: 7n,
  ordersRefused: 1n,
  fills: 2n,
  startedNs: 0n,
  accountId: 'main',
};

/** As much of strategy-host as the gateway can see: one strategy, and what is loaded besides. */
export class FakeStrategyHost {
  private strategies: StrategyView[] = [STRATEGY];

  constructor(answers: Answers) {
    const find = (id: string): Result<StrategyView, Refusal> => {
      const view = this.strategies.find(({ strategyId }) => strategyId === id);
      return view === undefined ? refused(refusal('strategy_unknown', { strategy: id })) : ok(view);
    };
    const set = (id: string, change: Partial<StrategyView>): Result<StrategyView, Refusal> => {
      this.strategies = this.strategies.map((view) => (view.strategyId === id ? { ...view, ...change } : view));
      return find(id);
    };
    answers('strategy-host', subjects.strategyList, strategiesRequestCodec, strategiesPageCodec, () =>
      ok({ strategies: this.strategies }),
    );
    answers('strategy-host', subjects.strategyGet, strategyRequestCodec, strategyViewCodec, ({ strategyId }) =>
      find(strategyId),
    );
    answers(
      'strategy-host',
      subjects.strategyLoad,
      loadStrategyCodec,
      strategyViewCodec,
      ({ configFile }: LoadStrategy) => {
        const added = { ...STRATEGY, strategyId: configFile === '' ? 'from_text' : 'my_new_strategy' };
        this.strategies.push(added);
        return ok(added);
      },
    );
    answers('strategy-host', subjects.strategyStart, startStrategyCodec, strategyViewCodec, ({ strategyId }) =>
      set(strategyId, { status: 'running', startedNs: A_MOMENT }),
    );
    answers(
      'strategy-host',
      subjects.strategyStop,
      stopStrategyCodec,
      strategyViewCodec,
      ({ strategyId }: StopStrategy) => {
        if (strategyId !== '') return set(strategyId, { status: 'stopped', startedNs: 0n });
        this.strategies = this.strategies.map((view) => ({ ...view, status: 'stopped' }));
        return ok(STRATEGY);
      },
    );
    answers(
      'strategy-host',
      subjects.strategyConfigure,
      configureStrategyCodec,
      strategyViewCodec,
      ({ strategyId, patchJson }) => {
        const { paper_trading: paper, ...patch } = JSON.parse(patchJson) as { paper_trading?: boolean };
        return set(strategyId, {
          configJson: JSON.stringify(patch),
          ...(paper === undefined ? {} : { paperTrading: paper }),
        });
      },
    );
    answers('strategy-host', subjects.strategyUnload, unloadStrategyCodec, emptyCodec, ({ strategyId }) => {
      const found = find(strategyId);
      if (!found.ok) return found;
      if (found.value.status === 'running') return refused(refusal('conflict', { status: 'running' }));
      this.strategies = this.strategies.filter((view) => view.strategyId !== strategyId);
      return ok({});
    });
  }
}
