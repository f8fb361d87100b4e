import {
  type AccountId,
  type Amount,
  type FundingPayment,
  type Instrument,
  type MarketState,
  ONE,
  type Price,
  timeNs,
} from '@argosy/domain';
import type { PaperPosition } from './paper-event.js';
import { valueAt } from './position.js';

/** What was last stated of an instrument, and in which funding interval. */
export interface FundingNotice {
  readonly interval: bigint;
  readonly markPrice?: Price | undefined;
  readonly oraclePrice?: Price | undefined;
  readonly fundingRate?: Amount | undefined;
}

export interface FundingTerms {
  readonly instrument: Instrument;
  readonly position: PaperPosition;
  readonly accountId: AccountId;
  readonly intervalMs: number;
}

const floorDivide = (value: bigint, by: bigint): bigint => value / by - (value % by !== 0n && value < 0n ? 1n : 0n);

/**
 * The first statement of a new interval settles the one before it: the rate and oracle price last stated there, on the
 * position held now. An interval of which nothing was heard is not paid for, because its rate is not known.
 */
export function fundingDue(
  before: FundingNotice | undefined,
  state: MarketState,
  { instrument, position, accountId, intervalMs }: FundingTerms,
): { readonly notice: FundingNotice; readonly payment?: FundingPayment } {
  const length = BigInt(intervalMs) * 1_000_000n;
  const interval = state.venueTimeNs / length;
  const isOlder = before !== undefined && interval < before.interval;
  const notice: FundingNotice = {
    interval: isOlder ? before.interval : interval,
    markPrice: state.markPrice ?? before?.markPrice,
    oraclePrice: state.oraclePrice,
    fundingRate: state.fundingRate,
  };
  if (before === undefined || interval !== before.interval + 1n) return { notice };
  const { fundingRate: rate, oraclePrice: oracle } = before;
  if (instrument.kind !== 'perpetual' || rate === undefined || oracle === undefined || position.quantity === 0n)
    return { notice };
  const at = timeNs(interval * length);
  // Rounded down: what a fraction of the smallest unit leaves stays with the venue.
  const amount = floorDivide(-valueAt(position, oracle) * rate, ONE) as Amount;
  const payment: FundingPayment = {
    paymentId: ['paper', instrument.venue, accountId, instrument.id, String(at)].join(':'),
    accountId,
    accountKind: 'paper',
    venue: instrument.venue,
    instrumentId: instrument.id,
    asset: instrument.quote,
    amount,
    position: position.quantity,
    rate,
    venueTimeNs: at,
  };
  return { notice, payment };
}
