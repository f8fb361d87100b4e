import { broken } from './storm.sim.fixture.js';

/** Each a fleet-minute with two to four faults; split in two files so that two cores share them. */
const FIRST = 151;
const BATCHES = 15;
const BATCH = 10;
const BATCH_MS_MAX = 120_000;

describe('the fleet in a storm', () => {
  it.each(Array.from({ length: BATCHES }, (_, batch) => FIRST + batch * BATCH))(
    'keeps every invariant in ten fleet-minutes from seed %i on',
    async (first) => {
      expect(await broken(first, BATCH)).toEqual([]);
    },
    BATCH_MS_MAX,
  );
});
