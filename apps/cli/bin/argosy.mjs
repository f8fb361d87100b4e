#!/usr/bin/env node
import { runPinned } from '../../../tools/bootstrap/run-pinned.mjs';

await runPinned('apps/cli/dist/main.js', process.argv.slice(2));
