import type { CommandBody, MarketSink } from '@argosy/exchange-core';

/** Where a recorded market's commands go at the moment: to the exchange, or nowhere while lines are only caught up on. */
export class RecordedOutlet {
  private emit: ((body: CommandBody) => void) | undefined;

  readonly sink: MarketSink = (step) => {
    if (step.kind === 'exchange') this.emit?.(step.command);
  };

  direct(emit: ((body: CommandBody) => void) | undefined): void {
    this.emit = emit;
  }
}
