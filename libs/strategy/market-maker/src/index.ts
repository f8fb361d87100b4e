/**
 * A market maker: quotes both sides around a fair price that the reference venue leads, wider when prices move, leaning
 * against its inventory, post-only. Pure; it refuses to quote on a feed that is not live.
 */
export { marketMaker, MarketMaker } from './market-maker.js';
export { MARKET_MAKER_PARAMETERS, type MarketMakerParameters, parseMarketMakerParameters } from './parameters.js';
