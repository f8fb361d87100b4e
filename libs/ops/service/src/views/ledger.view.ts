import type { IntegrityReport, LedgerTrade, PnlRow, Position } from '@argosy/contracts';
import { orNull, symbolOf, count, timeOrNull } from './text.js';

export const positionView = (position: Position) => ({
  account: position.accountId,
  account_kind: position.accountKind,
  strategy_id: orNull(position.strategyId),
  exchange: position.venue,
  symbol: symbolOf(position.instrumentId),
  instrument_id: position.instrumentId,
  side: position.quantity.startsWith('-') ? 'short' : 'long',
  quantity: position.quantity,
  average_price: orNull(position.averagePrice),
  mark_price: orNull(position.markPrice),
  notional: orNull(position.notional),
  unrealized_pnl: orNull(position.unrealisedPnl),
  opened_at: timeOrNull(position.openedNs),
});

export const tradeView = (trade: LedgerTrade) => ({
  trade_id: trade.fillId,
  order_id: orNull(trade.clientOrderId),
  account: trade.accountId,
  account_kind: trade.accountKind,
  strategy_id: orNull(trade.strategyId),
  exchange: trade.venue,
  symbol: symbolOf(trade.instrumentId),
  instrument_id: trade.instrumentId,
  side: trade.side,
  price: trade.price,
  quantity: trade.quantity,
  fee: trade.fee,
  fee_asset: trade.feeAsset,
  liquidity: trade.liquidity,
  realized_pnl: trade.realisedPnl,
  time: timeOrNull(trade.venueTimeNs),
  chain_sequence: count(trade.chainSequence),
});

export const pnlView = ({ unrealised, ...row }: PnlRow) => ({ ...row, unrealised: orNull(unrealised) });

export const integrityView = (report: IntegrityReport) => ({
  passed: report.problems.length === 0 && report.chainValid,
  message: `Data integrity check: ${report.problems.length === 0 && report.chainValid ? 'PASSED' : 'FAILED'}`,
  problems: report.problems,
  postings: count(report.postings),
  entries: count(report.entries),
  trial_balance: report.trialBalance,
  chain_valid: report.chainValid,
  account_sequences: Object.fromEntries(
    Object.entries(report.accountSequences).map(([account, sequence]) => [account, count(sequence)]),
  ),
});
