import { Fault } from '@argosy/domain';

/**
 * Every subject the fleet speaks, in one file. Tokens go from wide to narrow so that a wildcard reads like a sentence:
 * `argosy.evt.account.order_filled.hyperliquid.>` is "every fill at Hyperliquid".
 */
const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;

const token = (value: string): string => {
  if (!TOKEN.test(value)) throw new Fault('MESSAGE_INVALID', `not a subject token: '${value.slice(0, 80)}'`);
  return value;
};

export const SERVICES = ['market-data', 'execution', 'risk', 'strategy-host', 'ledger', 'ops-gateway'] as const;
export type ServiceName = (typeof SERVICES)[number];

export const ACCOUNT_FACTS = [
  'order_changed',
  'order_filled',
  'funding_paid',
  'observed',
  'position_unexplained',
] as const;
export type AccountFactName = (typeof ACCOUNT_FACTS)[number];

/** The strategy token of a fact that no strategy caused. */
export const NO_STRATEGY = 'none';

export const subjects = {
  /** A strategy asks risk. */
  orderSubmit: (venue: string, account: string, strategy: string) =>
    `argosy.cmd.order.submit.${token(venue)}.${token(account)}.${token(strategy)}`,
  /** Risk tells execution. Only risk holds the permission to publish here. */
  orderPlace: (venue: string, account: string, strategy: string) =>
    `argosy.cmd.order.place.${token(venue)}.${token(account)}.${token(strategy)}`,
  orderCancel: (venue: string, account: string) => `argosy.cmd.order.cancel.${token(venue)}.${token(account)}`,
  /** `account` is `all` for every account of the fleet. */
  orderCancelAll: (account: string) => `argosy.cmd.order.cancel_all.${token(account)}`,
  orderList: 'argosy.qry.order.list',
  orderGet: 'argosy.qry.order.get',
  orderEvents: 'argosy.qry.order.events',
  orderExposure: 'argosy.qry.order.exposure',

  /** A fact about a trading account, in its gapless sequence. */
  accountFact: (fact: AccountFactName, venue: string, account: string, strategy: string) =>
    `argosy.evt.account.${fact}.${token(venue)}.${token(account)}.${token(strategy)}`,

  marketBook: (venue: string, symbol: string) => `argosy.md.book.${token(venue)}.${token(symbol)}`,
  marketTrade: (venue: string, symbol: string) => `argosy.md.trade.${token(venue)}.${token(symbol)}`,
  marketState: (venue: string, symbol: string) => `argosy.md.state.${token(venue)}.${token(symbol)}`,
  marketCandle: (venue: string, symbol: string) => `argosy.md.candle.${token(venue)}.${token(symbol)}`,
  marketFeed: (venue: string, symbol: string) => `argosy.md.feed.${token(venue)}.${token(symbol)}`,
  marketInstrument: (venue: string, symbol: string) => `argosy.md.instrument.${token(venue)}.${token(symbol)}`,
  marketInstruments: 'argosy.qry.market.instruments',
  marketFeeds: 'argosy.qry.market.feeds',
  marketBookQuery: 'argosy.qry.market.book',
  marketReconnect: 'argosy.cmd.market.reconnect',

  tradingState: 'argosy.ctl.trading.state',
  tradingStateQuery: 'argosy.qry.trading.state',
  tradingConfigure: 'argosy.cmd.trading.configure',
  /** Execution and risk each latch a kill by themselves; ops-gateway kills the whole fleet for a service that was told to. */
  tradingKill: (service: 'execution' | 'risk' | 'ops-gateway') => `argosy.cmd.trading.kill.${service}`,
  tradingResume: (service: 'execution' | 'risk') => `argosy.cmd.trading.resume.${service}`,
  /** Answered by execution: what became of every order that a kill met. */
  tradingKillReport: 'argosy.qry.trading.kill_receipt',
  tradingTripBreaker: 'argosy.cmd.trading.trip_breaker',
  tradingResetBreaker: 'argosy.cmd.trading.reset_breaker',
  riskOverridePositions: 'argosy.cmd.risk.override_positions',
  riskRestorePositions: 'argosy.cmd.risk.restore_positions',
  riskReenableStrategy: 'argosy.cmd.risk.reenable_strategy',
  riskBeginLosses: 'argosy.cmd.risk.begin_losses',
  riskAlert: 'argosy.evt.risk.alert',
  riskSummary: 'argosy.qry.risk.summary',
  riskStrategyLimits: 'argosy.cmd.risk.strategy_limits',

  ledgerPositions: 'argosy.qry.ledger.positions',
  ledgerPnl: 'argosy.qry.ledger.pnl',
  ledgerTrades: 'argosy.qry.ledger.trades',
  ledgerIntegrity: 'argosy.qry.ledger.integrity',
  ledgerBalances: 'argosy.qry.ledger.balances',

  strategyList: 'argosy.qry.strategy.list',
  strategyGet: 'argosy.qry.strategy.get',
  strategyLoad: 'argosy.cmd.strategy.load',
  strategyStart: 'argosy.cmd.strategy.start',
  strategyStop: 'argosy.cmd.strategy.stop',
  strategyConfigure: 'argosy.cmd.strategy.configure',
  strategyUnload: 'argosy.cmd.strategy.unload',

  serviceStatus: (service: ServiceName) => `argosy.qry.service.status.${service}`,
  /** Answered by whoever stands by; the plain one by the leader alone. */
  serviceStandby: (service: ServiceName) => `argosy.qry.service.status.${service}.standby`,
} as const;

export const patterns = {
  everySubmission: 'argosy.cmd.order.submit.>',
  everyPlacement: 'argosy.cmd.order.place.>',
  everyCancel: 'argosy.cmd.order.cancel.>',
  everyCancelAll: 'argosy.cmd.order.cancel_all.>',
  /** Anybody of the fleet may stop it; nobody but people may resume. */
  everyKill: 'argosy.cmd.trading.kill.>',
  everyAccountFact: 'argosy.evt.account.>',
  everyBook: 'argosy.md.book.>',
  everyMarketTrade: 'argosy.md.trade.>',
  everyMarketState: 'argosy.md.state.>',
  everyCandle: 'argosy.md.candle.>',
  everyFeed: 'argosy.md.feed.>',
  everyInstrument: 'argosy.md.instrument.>',
} as const;

/** The stream that carries account facts to those who must see every one. */
export const ACCOUNT_EVENTS_STREAM = 'ACCOUNT_EVENTS';
