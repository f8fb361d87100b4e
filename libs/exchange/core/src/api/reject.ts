/**
 * Every way the exchange says no: its code (the order status it leads to, where the venue has one) and its text.
 * Texts with a marker are filled by `rejectText`. Sources: the venue's error responses page; those after the comment
 * below are seen on the live venue but not listed there.
 */
export const REJECTS = {
  tickRejected: 'Price must be divisible by tick size.',
  minTradeNtlRejected: 'Order must have minimum value of $10.',
  perpMarginRejected: 'Insufficient margin to place order.',
  reduceOnlyRejected: 'Reduce only order would increase position.',
  badAloPxRejected: 'Post only order would have immediately matched, bbo was {bbo}.',
  iocCancelRejected: 'Order could not immediately match against any resting orders.',
  marketOrderNoLiquidityRejected: 'No liquidity available for market order.',
  oracleRejected: 'Order price too far from oracle',
  missingOrder: 'Order was never placed, already canceled, or filled.',
  // Not on the page of error responses.
  invalidSize: 'Order has invalid size.',
  zeroSize: 'Order has zero size.',
  invalidPrice: 'Order has invalid price.',
  modifyMissingOrder: 'Cannot modify canceled or filled order',
  tooManyOpenOrdersRejected: 'Too many open orders.',
  duplicateCloid: 'Client order id is already in use by an open order.',
  invalidCloid: 'Client order id must be 0x and 32 hex digits.',
  unknownAsset: 'Unknown asset {asset}.',
  marketHalted: 'Trading is halted.',
  emptyBatch: 'Batch is empty.',
  batchTooLarge: 'Batch has more than {max} entries.',
  unknownAccount: 'User or API Wallet {address} does not exist.',
  nonceTooLow: 'Invalid nonce: {nonce} is not above the smallest remembered nonce {smallest}',
  nonceUsed: 'Invalid nonce: duplicate nonce {nonce}',
  nonceOutOfWindow: 'Invalid nonce: {nonce} is outside of 2 days before to 1 day after {now}',
  actionExpired: 'Action expired: expiresAfter {expiresAfter} is before {now}',
  invalidLeverage: 'Invalid leverage value',
  isolatedUnsupported: 'Isolated margin is not supported by this exchange.',
  leverageMargin: 'Insufficient margin to change leverage.',
  tooManyRequests:
    'Too many cumulative requests sent ({used} > {cap}) for cumulative volume traded ${volume}. Place taker orders to free up 1 request per USDC traded.',
  nothingToClose: 'Nothing to close.',
  invalidShare: 'Share {share} is not above 0 and at most 1.',
  scheduleTooEarly: 'Scheduled cancel time too early, must be at least 5 seconds from now.',
  scheduleVolume:
    'Cannot set scheduled cancel time until enough volume traded. Required: ${required}. Traded: ${traded}.',
  scheduleLimit: 'Scheduled cancel already triggered {max} times today.',
  invalidAddress: 'Invalid address {address}.',
  invalidAmount: 'Invalid amount {amount}.',
  notWithdrawable: 'Insufficient balance for withdrawal of {amount}: {withdrawable} can be withdrawn.',
  agentTaken: 'Agent {address} is already in use.',
  tooManyAgents: 'Too many agents.',
  tooManyAccounts: 'Too many accounts.',
  wrongBook: 'Asset {asset} has no recorded book.',
} as const;
export type RejectCode = keyof typeof REJECTS;

/** The text with its markers filled; a marker without a value stays as it is. */
export function rejectText(code: RejectCode, values: Readonly<Record<string, string | number>> = {}): string {
  return REJECTS[code].replace(/\{(\w+)\}/g, (marker, name: string) => String(values[name] ?? marker));
}

export interface Reject {
  readonly code: RejectCode;
  readonly message: string;
}

export const reject = (code: RejectCode, values?: Readonly<Record<string, string | number>>): Reject => ({
  code,
  message: rejectText(code, values),
});
