import { marketMaker } from '@argosy/strategy-market-maker';
import { momentum } from '@argosy/strategy-momentum';
import { type StrategyTypes, strategyTypes } from '@argosy/strategy-api';

/** Every kind of strategy there is: what `type` in a configuration file may say. One line a kind. */
export const STRATEGY_TYPES: StrategyTypes = strategyTypes([marketMaker, momentum]);
