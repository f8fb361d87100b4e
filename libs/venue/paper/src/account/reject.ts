/** Every way the paper venue says no, in the words of the venues it stands in for where they have words. */
export const REJECTS = {
  nonceUsed: 'Invalid nonce: duplicate nonce {nonce}',
  nonceTooLow: 'Invalid nonce: {nonce} is below every remembered nonce',
  expired: 'Action expired: expiresAfter {expiresAt} is before {now}',
  wrongAccount: 'Order of account {account} ({kind}) does not belong to this paper account.',
  duplicateCloid: 'Client order id {cloid} is already in use.',
  unknownInstrument: 'Unknown instrument {instrument}.',
  halted: 'Trading is halted: {instrument} is {status}.',
  invalidPrice: 'Price must be divisible by tick size.',
  invalidSize: 'Order has invalid size.',
  belowMinimum: 'Order must have minimum value of {minimum} {quote}.',
  noBook: 'There is no valid book of {instrument}: {why}.',
  tooManyOrders: 'Too many open orders.',
  reduceOnly: 'Reduce only order would increase position.',
  postOnly: 'Post only order would have immediately matched, bbo was {bbo}.',
  margin: 'Insufficient margin to place order.',
  balance: 'Insufficient spot balance to sell.',
  unmatched: 'Order could not immediately match against any resting orders.',
  missingOrder: 'Order was never placed, already canceled, or filled.',
} as const;
export type RejectCode = keyof typeof REJECTS;

export const rejectText = (code: RejectCode, values: Readonly<Record<string, string>> = {}): string =>
  REJECTS[code].replace(/\{(\w+)\}/g, (marker, name: string) => values[name] ?? marker);
