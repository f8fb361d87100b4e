import { SERVICES } from '@argosy/contracts';
import { LocalFleet } from './testing/local-fleet.js';

interface Report {
  readonly ok: boolean;
  readonly orders: number;
  readonly fills: number;
  readonly ledger: {
    readonly postings: number;
    readonly trialBalance: Readonly<Record<string, string>>;
    readonly chainValid: boolean;
  };
  readonly venueAccountEqual: boolean;
  readonly latencyMicros: { readonly p50: number };
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

const reportOf = (out: string): Report => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Report;

/** What a run that is stopped before its time ends with, after all its proofs. */
const INTERRUPTED = 130;

describe('a fleet that trades on the simulated exchange', () => {
  it('EX-1 LG-1 trades for a while, stops, and its books equal the exchange to the last unit', async () => {
    const fleet = await LocalFleet.up({
      name: 'e2e-run',
      options: ['--seed', '11', '--duration', '20s', '-o', 'json'],
    });
    const { code, out, err } = await fleet.ended;
    await fleet.down();
    const report = reportOf(out);
    expect({ failed: report.checks.filter(({ ok }) => !ok), code }).toEqual({ failed: [], code: 0 });
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(report).toMatchObject({ ok: true, venueAccountEqual: true, ledger: { chainValid: true } });
    expect(report.fills).toBeGreaterThan(0);
    expect(report.orders).toBeGreaterThan(0);
    expect(Object.values(report.ledger.trialBalance)).toEqual(Object.keys(report.ledger.trialBalance).map(() => '0'));
    expect(report.latencyMicros.p50).toBeGreaterThan(0);
    expect(err).toContain('Status: READY (trading disabled)');
  }, 90_000);

  it('FL-2 I-37 keeps exact books when any service is killed while it trades', async () => {
    const fleet = await LocalFleet.up({
      name: 'e2e-kill',
      options: ['--seed', '12', '--duration', '10m', '-o', 'json'],
    });
    await fleet.says('first fill');
    for (const service of SERVICES) await fleet.killService(service);
    const { code, out } = await fleet.interrupt();
    await fleet.down();
    const report = reportOf(out);
    expect({ failed: report.checks.filter(({ ok }) => !ok), code }).toEqual({ failed: [], code: INTERRUPTED });
  }, 180_000);
});
