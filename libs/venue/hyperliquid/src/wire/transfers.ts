import { type Amount, format, sub } from '@argosy/domain';
import type { Transfer } from '@argosy/venue-port';
import { amount, flag, record, shown, text, timeMs, timeNsOf, WireError, type WireRecord } from './field.js';

/** A kind of ledger update that nobody has seen: whether money moved is not known. */
export class UnknownTransfer extends WireError {}

const NOTHING = 0n as Amount;
/** The margin asset; the exchange of perpetuals has no name of its own among the venue's exchanges. */
const MARGIN_TOKEN = 'USDC';
const PERPETUALS = '';

const out = (value: Amount): Amount => sub(NOTHING, value);
const isUser = (row: WireRecord, field: string, user: string): boolean =>
  text(row[field], field).toLowerCase() === user;

/** What goes from one address to another: out of ours, into ours, or both, which is nothing. */
function between(row: WireRecord, moved: Amount, user: string): Amount {
  const paid = isUser(row, 'user', user) ? moved : NOTHING;
  const received = isUser(row, 'destination', user) ? moved : NOTHING;
  return sub(received, paid);
}

/** Between the venue's exchanges: only what leaves or enters ours, in its margin asset. */
function sent(row: WireRecord, user: string): Amount {
  if (text(row['token'], 'token') !== MARGIN_TOKEN) return NOTHING;
  const moved = amount(row['amount'], 'amount');
  const paid = isUser(row, 'user', user) && row['sourceDex'] === PERPETUALS ? moved : NOTHING;
  const received = isUser(row, 'destination', user) && row['destinationDex'] === PERPETUALS ? moved : NOTHING;
  return sub(received, paid);
}

type Reader = (row: WireRecord, user: string) => Amount;
const none: Reader = () => NOTHING;
const usdc: Reader = (row) => amount(row['usdc'], 'usdc');

/**
 * The kinds of `userNonFundingLedgerUpdates`: what each put into the account of perpetuals. Fees of a transfer are left in
 * the account's result: a cost, and on the side that hides no loss. A vault sees the deposits of others as its own.
 */
const KINDS: Readonly<Record<string, Reader>> = {
  deposit: usdc,
  withdraw: (row, user) => out(usdc(row, user)),
  accountClassTransfer: (row, user) => (flag(row['toPerp'], 'toPerp') ? usdc(row, user) : out(usdc(row, user))),
  internalTransfer: (row, user) => between(row, usdc(row, user), user),
  subAccountTransfer: (row, user) => between(row, usdc(row, user), user),
  send: sent,
  vaultCreate: (row, user) => (isUser(row, 'vault', user) ? usdc(row, user) : out(usdc(row, user))),
  vaultDeposit: (row, user) => (isUser(row, 'vault', user) ? usdc(row, user) : out(usdc(row, user))),
  vaultDistribution: (row, user) => (isUser(row, 'vault', user) ? out(usdc(row, user)) : usdc(row, user)),
  vaultWithdraw: (row, user) => {
    const moved = amount(row['netWithdrawnUsd'], 'netWithdrawnUsd');
    return isUser(row, 'user', user) ? moved : out(moved);
  },
  vaultLeaderCommission: (row, user) => (isUser(row, 'user', user) ? usdc(row, user) : out(usdc(row, user))),
  // Its fills are the account's own, and told as such.
  liquidation: none,
  // Of the spot account, of staking or of lending: the account of perpetuals is not in it.
  spotTransfer: none,
  spotGenesis: none,
  rewardsClaim: none,
  cStakingTransfer: none,
  deployGasAuction: none,
  borrowLend: none,
  activateDexAbstraction: none,
};

/**
 * One row of `userNonFundingLedgerUpdates`; zero for what moved no margin. The hash is of a transaction, which may hold
 * several: what is in the row tells them apart. @throws WireError
 */
export function parseTransfer(value: unknown, user: string): Transfer {
  const outer = record(value, 'ledger update');
  const row = record(outer['delta'], 'delta');
  const kind = text(row['type'], 'type');
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (read === undefined) throw new UnknownTransfer(`ledger update of kind ${shown(kind)}`);
  const ms = timeMs(outer['time'], 'time');
  const moved = read(row, user);
  return {
    transferId: [text(outer['hash'], 'hash'), String(ms), kind, format(moved)].join(':'),
    amount: moved,
    venueTimeNs: timeNsOf(ms),
  };
}
