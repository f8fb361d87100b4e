import { parsePrice, timeNs } from '@argosy/domain';
import { SimulatedVenue } from '../testing/simulated-venue.js';

describe('fills that nobody ordered (F-38)', () => {
  it.each([
    ['liquidation', { share: 1 }],
    ['auto_deleveraging', { share: 0.5 }],
  ] as const)('%s at the exchange is told with its cause, by the stream and by the sweep', async (fault, settings) => {
    const world = await SimulatedVenue.open();
    const [placement] = await world.placements(1);
    if (placement === undefined) throw new Error('no placement');
    const intent = { ...placement.intent, timeInForce: 'ioc' as const, limitPrice: parsePrice('90000') };
    await world.within(500, world.trading.place([{ ...placement, intent }]));
    const ordered = world.fills.length;
    world.put(fault, { settings });
    await world.pass(2_000);
    const swept = await world.within(100, world.trading.fillsSince(timeNs(0n)));
    if (typeof swept === 'string') throw new Error(swept);
    expect(ordered).toBeGreaterThan(0);
    for (const fills of [world.fills, swept]) {
      expect(fills.slice(0, ordered).every(({ cause }) => cause === undefined)).toBe(true);
      expect(fills.slice(ordered).map(({ cause }) => cause)).toContain(fault);
      expect(new Set(fills.slice(ordered).map(({ cause }) => cause)).size).toBe(1);
    }
    expect(world.unknown).toEqual([]);
  });
});
