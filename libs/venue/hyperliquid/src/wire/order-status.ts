import type { VenueOrderStatus } from '@argosy/venue-port';

/**
 * The venue's words for an order's state, as its documents list them. A word that is not here is quarantined by the
 * caller: it may be a new way to end an order, or a new way to keep one alive, and guessing is a position nobody sees.
 */
const STATUSES: ReadonlyMap<string, VenueOrderStatus> = new Map([
  ['open', 'working'],
  ['triggered', 'working'],
  ['filled', 'filled'],
  ['canceled', 'cancelled'],
  ['marginCanceled', 'cancelled'],
  ['vaultWithdrawalCanceled', 'cancelled'],
  ['openInterestCapCanceled', 'cancelled'],
  ['selfTradeCanceled', 'cancelled'],
  ['reduceOnlyCanceled', 'cancelled'],
  ['siblingFilledCanceled', 'cancelled'],
  ['delistedCanceled', 'cancelled'],
  ['liquidatedCanceled', 'cancelled'],
  ['outcomeSettledCanceled', 'cancelled'],
  ['scheduledCancel', 'cancelled'],
  ['internalCancel', 'cancelled'],
  ['rejected', 'rejected'],
  ['tickRejected', 'rejected'],
  ['minTradeNtlRejected', 'rejected'],
  ['perpMarginRejected', 'rejected'],
  ['reduceOnlyRejected', 'rejected'],
  ['badAloPxRejected', 'rejected'],
  ['iocCancelRejected', 'rejected'],
  ['badTriggerPxRejected', 'rejected'],
  ['marketOrderNoLiquidityRejected', 'rejected'],
  ['positionIncreaseAtOpenInterestCapRejected', 'rejected'],
  ['positionFlipAtOpenInterestCapRejected', 'rejected'],
  ['tooAggressiveAtOpenInterestCapRejected', 'rejected'],
  ['openInterestIncreaseRejected', 'rejected'],
  ['insufficientSpotBalanceRejected', 'rejected'],
  ['oracleRejected', 'rejected'],
  ['perpMaxPositionRejected', 'rejected'],
  ['tooManyOpenOrdersRejected', 'rejected'],
]);

export const venueOrderStatus = (word: string): VenueOrderStatus | undefined => STATUSES.get(word);
