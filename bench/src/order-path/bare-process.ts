/** One of the two other processes of the bare chain: `middle` or `end`. */
import { type HopSizes, runEnd, runMiddle } from './bare-chain.js';

const [role, servers = '', postgresUrl = '', sizes = '{}'] = process.argv.slice(2);
const hops = JSON.parse(sizes) as HopSizes;
await (role === 'middle' ? runMiddle(servers, hops) : runEnd(servers, postgresUrl, hops));
process.send?.({ ready: true });
