import {
  type AccountId,
  accountId,
  type FillCause,
  fillId,
  type InstrumentId,
  instrumentId,
  parseAmount,
  parsePrice,
  parseQuantity,
  type Side,
  strategyId,
  timeNs,
  type TimeNs,
  venueOrderId,
} from '@argosy/domain';
import type {
  BookingRequest,
  ExplainedFact,
  FillFact,
  FundingFact,
  LedgerFact,
  OpeningFact,
  SuspenseFact,
  TransferFact,
} from '@argosy/ledger-core';

export const BTC: InstrumentId = instrumentId('hyperliquid_BTC-PERP');
export const ETH: InstrumentId = instrumentId('hyperliquid_ETH-PERP');
/** 2026-03-01T00:00:00Z. */
export const DAY_ONE: TimeNs = timeNs(1_772_323_200_000_000_000n);
export const MAIN: AccountId = accountId('main');

interface FillSpec {
  readonly account?: AccountId;
  readonly side?: Side;
  readonly price?: string;
  readonly quantity?: string;
  readonly fee?: string;
  readonly strategy?: string;
  readonly instrument?: InstrumentId;
  readonly arrival?: string;
  readonly at?: bigint;
  readonly cause?: FillCause;
}

const FILL = {
  account: MAIN,
  side: 'buy',
  price: '100',
  quantity: '1',
  fee: '0.02',
  strategy: 'maker',
  instrument: BTC,
  at: DAY_ONE,
} as const;

export function aFillFact(id: string, spec: FillSpec = {}): FillFact {
  const { account, side, price, quantity, fee, strategy, instrument, at } = { ...FILL, ...spec };
  return {
    kind: 'fill',
    accountId: account,
    epoch: 1,
    fill: {
      fillId: fillId(id),
      venueOrderId: venueOrderId('77'),
      accountId: account,
      accountKind: 'live',
      ...(strategy === '' ? {} : { strategyId: strategyId(strategy) }),
      venue: 'hyperliquid',
      instrumentId: instrument,
      side,
      price: parsePrice(price),
      quantity: parseQuantity(quantity),
      fee: parseAmount(fee),
      feeAsset: 'USDC',
      liquidity: 'maker',
      venueTimeNs: timeNs(at),
      ...(spec.cause === undefined ? {} : { cause: spec.cause }),
    },
    ...(spec.arrival === undefined ? {} : { arrivalPrice: parsePrice(spec.arrival) }),
  };
}

export const aFundingFact = (id: string, amount: string, at: bigint = DAY_ONE): FundingFact => ({
  kind: 'funding',
  accountId: MAIN,
  epoch: 1,
  payment: {
    paymentId: id,
    accountId: MAIN,
    accountKind: 'live',
    venue: 'hyperliquid',
    instrumentId: BTC,
    asset: 'USDC',
    amount: parseAmount(amount),
    position: parseAmount('1'),
    rate: parseAmount('0.0000125'),
    venueTimeNs: timeNs(at),
  },
});

export const aSuspenseFact = (id: string, quantity: string, price?: string): SuspenseFact => ({
  kind: 'suspense',
  accountId: MAIN,
  epoch: 1,
  venue: 'hyperliquid',
  breakId: id,
  instrumentId: BTC,
  quantity: parseAmount(quantity),
  ...(price === undefined ? {} : { price: parsePrice(price) }),
  reason: 'the venue holds what no fill explains',
  actor: 'execution',
  foundAtNs: DAY_ONE,
});

/** As execution tells it: the venue's whole position, and what it lacks itself. */
export const aStatement = (id: string, stated: string, quantity: string, price?: string): SuspenseFact => ({
  ...aSuspenseFact(id, quantity, price),
  stated: parseAmount(stated),
});

export const anExplanation = (stated: string): ExplainedFact => ({
  kind: 'explained',
  accountId: MAIN,
  epoch: 2,
  venue: 'hyperliquid',
  instrumentId: BTC,
  stated: parseAmount(stated),
  reason: 'without the suspense the books say what the venue says',
  actor: 'ledger',
  foundAtNs: DAY_ONE,
});

export const aTransferFact = (id: string, amount: string, account: AccountId = MAIN): TransferFact => ({
  kind: 'transfer',
  accountId: account,
  epoch: 1,
  venue: 'hyperliquid',
  transferId: id,
  asset: 'USDC',
  amount: parseAmount(amount),
  venueTimeNs: DAY_ONE,
});

export const anOpeningFact = (cash: string, account: AccountId = MAIN): OpeningFact => ({
  kind: 'opening',
  accountId: account,
  epoch: 1,
  venue: 'hyperliquid',
  balances: [{ asset: 'USDC', rawAmount: parseAmount(cash) }],
  positions: [],
  observedAtNs: DAY_ONE,
});

export const aBooking = (
  facts: readonly LedgerFact[],
  factsSequence: bigint,
  account: AccountId = MAIN,
): BookingRequest => ({
  accountId: account,
  accountKind: 'live',
  venue: 'hyperliquid',
  facts,
  factsSequence,
  bookedAtNs: timeNs(DAY_ONE + 1_000n),
});
