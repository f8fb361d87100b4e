import {
  configureTradingCodec,
  startStrategyCodec,
  strategyViewCodec,
  subjects,
  tradingStateCodec,
} from '@argosy/contracts';
import { type Codec, Fault, type Refusal, type Result } from '@argosy/domain';
import { InMemoryBus } from '@argosy/platform-virtual';
import { busLink } from '../kernel/bus-link.js';
import type { SimProcess } from '../kernel/sim-process.js';
import type { SimWorld } from './sim-world.js';

const TIMEOUT_MS = 2_000;
const AGAIN_MS = 500;
const TRIES_MAX = 40;
const ACTOR = 'operator';

/** A person at a console: asks again until it worked, as people do. */
export class Operator {
  readonly process: SimProcess;
  private readonly bus: InMemoryBus;

  constructor(private readonly world: SimWorld) {
    this.process = world.visitor('operator');
    this.bus = new InMemoryBus(
      world.broker,
      'operator',
      busLink(this.process, world.messageServer, world.network),
      this.process,
    );
  }

  /** Enables trading and starts every strategy. */
  async openShop(strategies: readonly string[]): Promise<void> {
    await this.insist('enable trading', () =>
      this.ask(subjects.tradingConfigure, configureTradingCodec, tradingStateCodec, {
        actor: ACTOR,
        reason: 'a new day',
        tradingEnabled: true,
        newSignalsEnabled: true,
      }),
    );
    for (const strategyId of strategies) {
      await this.insist(`start ${strategyId}`, () =>
        this.ask(subjects.strategyStart, startStrategyCodec, strategyViewCodec, { strategyId, actor: ACTOR }),
      );
    }
  }

  ask<Q, R>(subject: string, ask: Codec<Q>, answer: Codec<R>, message: Q): Promise<Result<R, Refusal>> {
    return this.bus.request(subject, ask, answer, message, { timeoutMs: TIMEOUT_MS });
  }

  /** True once it was answered well. */
  async insist(what: string, run: () => Promise<Result<unknown, Refusal>>): Promise<boolean> {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const said = await run().then(
        (result) => (result.ok ? 'done' : result.refusal.code),
        (error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          return error.code;
        },
      );
      this.world.log.write('operator', what, said);
      if (said === 'done') return true;
      await this.process.timers.sleep(AGAIN_MS);
    }
    return false;
  }
}
