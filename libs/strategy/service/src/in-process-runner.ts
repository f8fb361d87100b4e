import type { Random } from '@argosy/domain';
import {
  type AnyStrategyType,
  createStrategy,
  type RawParameters,
  readParameters,
  type RunningStrategy,
  type RunSpec,
  type StrategyEvent,
  type StrategyTypes,
  thrownBy,
} from '@argosy/strategy-api';
import { type RunHandle, type RunListener, StrategyRunner } from './runner.port.js';

/**
 * Runs strategies on the caller's own thread, answering before `feed` returns: the same order every time, which
 * simulation and replay need. It cannot end one that never returns.
 */
export class InProcessRunner extends StrategyRunner {
  constructor(
    private readonly types: StrategyTypes,
    private readonly randomOf: (seed: string) => Random,
  ) {
    super();
  }

  override start(spec: RunSpec, listener: RunListener): RunHandle {
    return new InProcessRun(listener, () => createStrategy(this.types, spec, this.randomOf));
  }
}

class InProcessRun implements RunHandle {
  private made: { readonly type: AnyStrategyType; readonly strategy: RunningStrategy<unknown> } | undefined;
  private isOver = false;

  constructor(
    private readonly listener: RunListener,
    private readonly make: () => { readonly type: AnyStrategyType; readonly strategy: RunningStrategy<unknown> },
  ) {}

  feed(events: readonly StrategyEvent[]): void {
    this.guarded(() => {
      this.made ??= this.make();
      const { strategy } = this.made;
      const returned = events.map((event) => strategy.on(event));
      const { vitals } = strategy;
      if (!this.isOver) this.listener.answered({ returned, vitals });
    });
  }

  reconfigure(parameters: RawParameters): void {
    this.guarded(() => {
      this.made ??= this.make();
      this.made.strategy.reconfigure(readParameters(this.made.type, parameters));
    });
  }

  end(): void {
    this.isOver = true;
  }

  /** Whatever a strategy throws is the strategy's, even what it calls an invariant. */
  private guarded(run: () => void): void {
    if (this.isOver) return;
    try {
      run();
    } catch (error) {
      this.isOver = true;
      this.listener.failed(thrownBy(error));
    }
  }
}
