import { runPinned } from '../bootstrap/run-pinned.mjs';

await runPinned('libs/simulation/dist/main.js', process.argv.slice(2));
