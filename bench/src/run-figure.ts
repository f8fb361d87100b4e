/**
 * One figure in a process of its own: what one figure leaves behind (compiled code, heap, sockets) never weighs on the
 * next. Started by main with the effort as its argument; the comparisons go back as one message.
 */
import { FIGURES } from './figures.js';

const [name, effort] = JSON.parse(process.argv[2] ?? '[]') as [string, { rounds: number; quick: boolean }];
const figure = FIGURES.find((each) => each.name === name);
if (figure === undefined || process.send === undefined) throw new Error('started by hand: use npm run bench');
const comparisons = await figure.measure({
  ...effort,
  progress: (text) => process.stderr.write(`  ${name}: ${text}\n`),
});
process.send(comparisons, () => process.exit(0));
