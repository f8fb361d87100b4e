import { Company } from './company.js';
import { paused } from './harms.js';
import { endure } from './hostile.scenario.js';
import { failOver } from './kill9.scenario.js';
import { verdict } from './settled.js';

const TRIALS = 2;
/** A machine that runs every other spec too is no place for a figure: `npm run bench:failover` has those. */
const WITHIN_MS = 20_000;
const CLEAN = { deposed: [], duplicated: [], lost: [] };

describe('two real execution processes on real sockets', () => {
  it('kill -9 with orders in doubt, and a leader that stops and comes back: every order once, none of a deposed leader (I-01, I-02, I-07)', async () => {
    const company = await Company.open('spec');
    try {
      for (let trial = 0; trial < TRIALS; trial += 1) {
        const { cancelMs, orderMs } = await failOver(company, trial);
        expect(Math.max(cancelMs, orderMs)).toBeLessThan(WITHIN_MS);
      }
      await endure(company, paused(2_000));
      expect(company.stage.takeovers.length).toBeGreaterThanOrEqual(TRIALS + 2);
      expect(await verdict(company.stage, company.desk)).toEqual(CLEAN);
    } finally {
      await company.close();
    }
  }, 150_000);
});
