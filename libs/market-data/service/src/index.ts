/**
 * The flow of market data over ports: venues in, conflated books, trades, states, candles and feed health out, questions
 * answered, raw frames recorded. It refuses to trade, to know a venue's wire, and to publish a level of a broken book.
 */
export { MarketDataService, type MarketDataPorts, type MarketDataSettings } from './market-data.service.js';
export { marketDataRoutes } from './market-data.routes.js';
export { MarketDataMetrics } from './market-data.metrics.js';
export type { VenuePlan } from './venue-session.js';
export {
  FrameRecorder,
  type Gzip,
  recordedLines,
  type RecorderPorts,
  type RecorderSettings,
} from './frame-recorder.js';
