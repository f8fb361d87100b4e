/** Queries, commands and reports that only people and edges read: the generated type is the type. */
import { Empty, Refusal as WireRefusal } from '../gen/argosy/common/v1/common.js';
import * as ledger from '../gen/argosy/ledger/v1/ledger.js';
import * as market from '../gen/argosy/market/v1/market.js';
import * as order from '../gen/argosy/order/v1/order.js';
import * as risk from '../gen/argosy/risk/v1/risk.js';
import * as service from '../gen/argosy/service/v1/service.js';
import * as strategy from '../gen/argosy/strategy/v1/strategy.js';
import { type Order, type Refusal, refusal, isRefusalCode } from '@argosy/domain';
import { orderFromWire, orderToWire } from './order.codec.js';
import { mappedCodec, plainCodec, present } from './wire.js';

export const emptyCodec = plainCodec('Empty', Empty);

/** A code this release does not know is still a refusal: it becomes `conflict`, with the code among the details. */
export const refusalCodec = mappedCodec<Refusal, WireRefusal>(
  'Refusal',
  WireRefusal,
  ({ code, details }) => ({ code, details: { ...details } }),
  ({ code, details }) => (isRefusalCode(code) ? refusal(code, details) : refusal('conflict', { ...details, code })),
);

export const cancelOrderCodec = plainCodec('CancelOrder', order.CancelOrder);
export const cancelAcceptedCodec = mappedCodec<Order, order.CancelAccepted>(
  'CancelAccepted',
  order.CancelAccepted,
  (value) => ({ order: orderToWire(value) }),
  (message) => orderFromWire(present('order', message.order)),
);
export const cancelAllOrdersCodec = plainCodec('CancelAllOrders', order.CancelAllOrders);
export const cancelAllAcceptedCodec = plainCodec('CancelAllAccepted', order.CancelAllAccepted);
export const ordersRequestCodec = plainCodec('OrdersRequest', order.OrdersRequest);
export const ordersPageCodec = mappedCodec<readonly Order[], order.OrdersPage>(
  'OrdersPage',
  order.OrdersPage,
  (orders) => ({ orders: orders.map(orderToWire) }),
  (message) => message.orders.map(orderFromWire),
);
export const orderByIdCodec = plainCodec('OrderRequestById', order.OrderRequestById);
export const exposureRequestCodec = plainCodec('ExposureRequest', order.ExposureRequest);

export const instrumentsRequestCodec = plainCodec('InstrumentsRequest', market.InstrumentsRequest);
export const feedsRequestCodec = plainCodec('FeedsRequest', market.FeedsRequest);
export const bookRequestCodec = plainCodec('BookRequest', market.BookRequest);
export const reconnectVenueCodec = plainCodec('ReconnectVenue', market.ReconnectVenue);

export const tradingStateRequestCodec = plainCodec('TradingStateRequest', risk.TradingStateRequest);
export const configureTradingCodec = plainCodec('ConfigureTrading', risk.ConfigureTrading);
export const killCodec = plainCodec('Kill', risk.Kill);
export const killReceiptCodec = plainCodec('KillReceipt', risk.KillReceipt);
export const resumeCodec = plainCodec('Resume', risk.Resume);
export const riskSummaryRequestCodec = plainCodec('RiskSummaryRequest', risk.RiskSummaryRequest);
export const riskSummaryCodec = plainCodec('RiskSummary', risk.RiskSummary);
export const killReportRequestCodec = plainCodec('KillReportRequest', risk.KillReportRequest);
export const tripCircuitBreakerCodec = plainCodec('TripCircuitBreaker', risk.TripCircuitBreaker);
export const resetCircuitBreakerCodec = plainCodec('ResetCircuitBreaker', risk.ResetCircuitBreaker);
export const overridePositionsCodec = plainCodec('OverridePositions', risk.OverridePositions);
export const restorePositionsCodec = plainCodec('RestorePositions', risk.RestorePositions);
export const positionOverrideCodec = plainCodec('PositionOverride', risk.PositionOverride);
export const reenableStrategyCodec = plainCodec('ReenableStrategy', risk.ReenableStrategy);
export const beginLossesCodec = plainCodec('BeginLosses', risk.BeginLosses);
export const riskAlertCodec = plainCodec('RiskAlert', risk.RiskAlert);
export const strategyLimitsCodec = plainCodec('SetStrategyLimits', risk.SetStrategyLimits);

export const positionsRequestCodec = plainCodec('PositionsRequest', ledger.PositionsRequest);
export const positionsPageCodec = plainCodec('PositionsPage', ledger.PositionsPage);
export const pnlRequestCodec = plainCodec('PnlRequest', ledger.PnlRequest);
export const pnlPageCodec = plainCodec('PnlPage', ledger.PnlPage);
export const tradesRequestCodec = plainCodec('TradesRequest', ledger.TradesRequest);
export const tradesPageCodec = plainCodec('TradesPage', ledger.TradesPage);
export const integrityRequestCodec = plainCodec('IntegrityRequest', ledger.IntegrityRequest);
export const integrityReportCodec = plainCodec('IntegrityReport', ledger.IntegrityReport);
export const balancesRequestCodec = plainCodec('BalancesRequest', ledger.BalancesRequest);
export const balancesPageCodec = plainCodec('BalancesPage', ledger.BalancesPage);

export const strategiesRequestCodec = plainCodec('StrategiesRequest', strategy.StrategiesRequest);
export const strategiesPageCodec = plainCodec('StrategiesPage', strategy.StrategiesPage);
export const strategyViewCodec = plainCodec('StrategyView', strategy.StrategyView);
export const strategyRequestCodec = plainCodec('StrategyRequest', strategy.StrategyRequest);
export const loadStrategyCodec = plainCodec('LoadStrategy', strategy.LoadStrategy);
export const startStrategyCodec = plainCodec('StartStrategy', strategy.StartStrategy);
export const stopStrategyCodec = plainCodec('StopStrategy', strategy.StopStrategy);
export const configureStrategyCodec = plainCodec('ConfigureStrategy', strategy.ConfigureStrategy);
export const unloadStrategyCodec = plainCodec('UnloadStrategy', strategy.UnloadStrategy);

export const serviceStatusRequestCodec = plainCodec('ServiceStatusRequest', service.ServiceStatusRequest);
export const serviceStatusCodec = plainCodec('ServiceStatus', service.ServiceStatus);
