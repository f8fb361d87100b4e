import { sha256 } from '@noble/hashes/sha2.js';
import {
  accountId,
  type AccountId,
  fillId,
  type InstrumentId,
  instrumentId,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Side,
  strategyId,
  type TimeNs,
  timeNs,
  type Venue,
  venueOrderId,
} from '@argosy/domain';
import type { BookingState } from '../booking-state.js';
import { GENESIS } from '../chain.js';
import { Digest } from '../digest.port.js';
import type { FillFact, FundingFact, TransferFact } from '../fact.js';

/** For specs of the pure layer, which may not know the machine's own. */
export class TestDigest extends Digest {
  override sha256(...parts: readonly Uint8Array[]): Uint8Array {
    const hash = sha256.create();
    for (const part of parts) hash.update(part);
    return hash.digest();
  }
}

export const ACCOUNT: AccountId = accountId('main');
export const BTC: InstrumentId = instrumentId('hyperliquid_BTC-PERP');
export const ETH: InstrumentId = instrumentId('hyperliquid_ETH-PERP');
/** 2026-03-01T00:00:00Z. */
export const DAY_ONE: TimeNs = timeNs(1_772_323_200_000_000_000n);

export const emptyState = (account: AccountId = ACCOUNT): BookingState => ({
  accountId: account,
  head: GENESIS,
  positions: new Map(),
});

export interface FillSpec {
  readonly id?: string;
  readonly account?: AccountId;
  readonly side?: Side;
  readonly price?: string;
  readonly quantity?: string;
  readonly fee?: string;
  readonly feeAsset?: string;
  readonly strategy?: string;
  readonly instrument?: InstrumentId;
  readonly venue?: Venue;
  readonly arrival?: string;
  readonly at?: bigint;
}

export function fillFact(spec: FillSpec = {}): FillFact {
  const account = spec.account ?? ACCOUNT;
  return {
    kind: 'fill',
    accountId: account,
    epoch: 1,
    fill: {
      fillId: fillId(spec.id ?? 'f1'),
      venueOrderId: venueOrderId('77'),
      accountId: account,
      accountKind: 'live',
      ...(spec.strategy === '' ? {} : { strategyId: strategyId(spec.strategy ?? 'maker') }),
      venue: spec.venue ?? 'hyperliquid',
      instrumentId: spec.instrument ?? BTC,
      side: spec.side ?? 'buy',
      price: parsePrice(spec.price ?? '100'),
      quantity: parseQuantity(spec.quantity ?? '1'),
      fee: parseAmount(spec.fee ?? '0'),
      feeAsset: spec.feeAsset ?? 'USDC',
      liquidity: 'maker',
      venueTimeNs: timeNs(spec.at ?? DAY_ONE),
    },
    ...(spec.arrival === undefined ? {} : { arrivalPrice: parsePrice(spec.arrival) }),
  };
}

export const fundingFact = (
  id: string,
  amount: string,
  instrument: InstrumentId = BTC,
  at: bigint = DAY_ONE,
): FundingFact => ({
  kind: 'funding',
  accountId: ACCOUNT,
  epoch: 1,
  payment: {
    paymentId: id,
    accountId: ACCOUNT,
    accountKind: 'live',
    venue: 'hyperliquid',
    instrumentId: instrument,
    asset: 'USDC',
    amount: parseAmount(amount),
    position: parseAmount('1'),
    rate: parseAmount('0.0000125'),
    venueTimeNs: timeNs(at),
  },
});

export const transferFact = (id: string, amount: string, account: AccountId = ACCOUNT): TransferFact => ({
  kind: 'transfer',
  accountId: account,
  epoch: 1,
  venue: 'hyperliquid',
  transferId: id,
  asset: 'USDC',
  amount: parseAmount(amount),
  venueTimeNs: DAY_ONE,
});
