import { runPinned } from '../bootstrap/run-pinned.mjs';

await runPinned('bench/dist/failover/main.js', process.argv.slice(2));
