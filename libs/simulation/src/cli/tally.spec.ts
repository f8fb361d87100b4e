import type { SeedReport } from '../run-seed.js';
import { Tally } from './tally.js';

const report = (seed: number, broken: boolean): SeedReport => ({
  seed,
  plan: [],
  violations: broken ? [{ invariant: 'I-01', message: 'late', atUs: 1 }] : [],
  digest: '',
  events: 40_000,
  lines: 0,
  coverage: { 'I-01': 2 },
  log: [],
});

it('tells how fast fleet-minutes went by, on the wall and on the cores', () => {
  const gone = { wall: 500, cpu: 100 };
  const tally = new Tally({ wallMs: () => gone.wall, cpuMs: () => gone.cpu });
  tally.add(report(1, false));
  tally.add(report(2, true));
  gone.wall += 2_000;
  gone.cpu += 700;
  expect(tally.line).toBe('2 fleet-minutes (60 a minute, 40000 events/s, 350 ms of CPU each), 1 with a violation');
  expect(tally.coverage).toEqual({ 'I-01': 4 });
});
