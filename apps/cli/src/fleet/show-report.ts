import type { Painter } from '../terminal/terminal.js';
import type { RunReport } from './run-report.js';

const micros = (value: number | null): string => (value === null ? 'not measured' : `${String(value)} µs`);

/** The report as people read it. */
export function showReport(report: RunReport, colour: Painter): string {
  const row = (name: string, text: string): string => `  ${name.padEnd(22)} ${text}`;
  const denials = Object.entries(report.denials).map(([code, count]) => `${code} ${String(count)}`);
  const { realised, unrealised, funding, fee, slippage, rebate, net } = report.pnl;
  const lines = [
    '',
    colour('strong', `Run with seed ${String(report.seed)}`),
    row('orders accepted', String(report.orders)),
    row('fills', String(report.fills)),
    row('refusals', denials.join(', ') || 'none'),
    row(
      'profit and loss',
      `net ${net} = realised ${realised} + unrealised ${unrealised} + funding ${funding} + fee ${fee} + rebate ${rebate}`,
    ),
    row('slippage', slippage),
    row('tick to socket', `p50 ${micros(report.latencyMicros.p50)}, p99 ${micros(report.latencyMicros.p99)}`),
    row('postings', String(report.ledger.postings)),
    '',
    ...report.checks.map(
      ({ name, ok, detail }) => `  ${ok ? colour('good', '✓') : colour('bad', '✗')} ${name.padEnd(30)} ${detail}`,
    ),
    '',
    report.ok ? colour('good', 'Every check holds.') : colour('bad', 'A check does not hold.'),
    '',
  ];
  return lines.join('\n');
}
