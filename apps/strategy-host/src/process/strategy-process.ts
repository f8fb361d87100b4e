/** The whole of a strategy's process: one strategy, fed through one channel, with nothing else within reach. */
import process from 'node:process';
import { closeOff } from './out-of-reach.js';
import { parentLink } from './parent-link.js';
import { serveStrategy } from './serve-strategy.js';

const link = parentLink(process);
closeOff();
const { STRATEGY_TYPES } = await import('../strategy-table.js');
serveStrategy(link, STRATEGY_TYPES);
