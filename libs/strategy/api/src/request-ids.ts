import { orderRequestId, type OrderRequestId, type StrategyId } from '@argosy/domain';

/** Order request ids that no other strategy and no other start of this one ever makes: `<strategy>-<run>-<counter>`. */
export class RequestIds {
  private counter = 0;
  private readonly prefix: string;

  /** @throws IdFormatError later, at `next`, when strategy and run together are longer than 48 characters. */
  constructor(strategy: StrategyId, run: string) {
    this.prefix = `${strategy}-${run}`;
  }

  next(): OrderRequestId {
    this.counter += 1;
    return orderRequestId(`${this.prefix}-${this.counter.toString(36)}`);
  }
}
