import { InvariantViolation } from '@argosy/domain';
import type { MarketSink, ReferenceEvent, ReferenceSnapshot } from '../market.js';

/** A recorded message of the reference venue, parsed; `snapshot` is the REST depth snapshot that lies inline. */
export type RecordedMessage = ReferenceEvent | ({ readonly type: 'snapshot' } & ReferenceSnapshot);

export interface RecordedConfig {
  /** Asset id on the exchange that the recording drives. */
  readonly asset: number;
  readonly szDecimals: number;
  /** `spot`: depth ids chain by U = u + 1; `usdm`: by pu. */
  readonly chain: 'spot' | 'usdm';
}

export type RecordedState = 'waiting' | 'live' | 'gapped' | 'ended';

/** One recorded set as a market: fed message by message, it moves the background book, trades and oracle of one asset. */
export class RecordedMarket {
  constructor(
    readonly config: RecordedConfig,
    readonly emit: MarketSink,
  ) {}
  get state(): RecordedState {
    throw new InvariantViolation('not yet');
  }
  /** `marketTimeMs` is the line's own receive time. */
  feed(_message: RecordedMessage, _marketTimeMs: number): void {
    throw new InvariantViolation('not yet');
  }
  /** The recording is over: the market halts for good. */
  end(_marketTimeMs: number): void {
    throw new InvariantViolation('not yet');
  }
  /** The book rebuilt at this moment, for subscribers who come late; undefined before the recording's snapshot. */
  snapshot(_levels?: number): ReferenceSnapshot | undefined {
    throw new InvariantViolation('not yet');
  }
}
