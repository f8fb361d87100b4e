/**
 * A small directional strategy: two averages of the reference mid, a volatility filter, immediate orders with a protective
 * price. Pure; it refuses to open in a wild market, to act on a feed that is not live, and to have two orders out.
 */
export { Momentum, momentum } from './momentum.js';
export { MOMENTUM_PARAMETERS, type MomentumParameters, parseMomentumParameters } from './parameters.js';
