import { Nonces } from '@argosy/execution-core';
import { parsePrice, timeNs } from '@argosy/domain';
import type { Placement } from '@argosy/venue-port';
import { SimulatedVenue } from '../testing/simulated-venue.js';
import { aTradingWorld, NOW_MS, WALLET } from '../testing/trading-fixture.js';

const ONE_MS = 1_000_000n;

/** Buys at once what rests on the other side. */
const taking = (placement: Placement): Placement => ({
  ...placement,
  intent: { ...placement.intent, timeInForce: 'ioc', limitPrice: parsePrice('70000') },
});

const fillsSince = async (world: SimulatedVenue) => {
  const swept = world.trading.fillsSince(timeNs(BigInt(world.nowMs - 300_000) * ONE_MS));
  await world.pass(10);
  return (await swept).map(({ fillId }) => fillId);
};

describe('what went wrong elsewhere, held against the simulated exchange', () => {
  it('known failure: a create that times out and lives, and cannot be found at first', async () => {
    const world = await SimulatedVenue.open();
    world.put('accept_then_timeout', { count: 1 });
    world.put('not_found', { settings: { ms: 5_000 } });
    const [placement] = await world.placements(1);
    expect(await world.within(2_500, world.trading.place([placement as Placement]))).toBe('OUTCOME_UNKNOWN');
    const id = (placement as Placement).clientOrderId;
    expect(await world.statusOf(id)).toBe('unknown');
    await world.pass(5_000);
    expect([await world.statusOf(id), await world.resting()]).toEqual(['working', 1]);
  });

  it('known failure: fills lost while heartbeats flow: the question finds them', async () => {
    const world = await SimulatedVenue.open();
    world.put('drop', { target: { lane: 'private' } });
    const placed = await world.within(500, world.trading.place((await world.placements(1)).map(taking)));
    expect(placed).toEqual([expect.objectContaining({ outcome: 'filled' })]);
    await world.pass(120_000);
    // Pings are answered for two minutes: nothing says that the stream has lost something.
    expect([world.trading.connected, world.fills]).toEqual([true, []]);
    expect(await fillsSince(world)).toEqual([expect.stringContaining('main:BTC:')]);
  });

  it('known failure: replayed fills with new ids on each run, by stream, question and another process', async () => {
    const fill = {
      ...{ coin: 'BTC', px: '100000.0', sz: '0.1', side: 'B', time: NOW_MS, oid: 7, tid: 42, crossed: true },
      ...{ fee: '0.01', feeToken: 'USDC' },
    };
    // Two of one trade id: both sides of a self-cross.
    const fills = [fill, { ...fill, side: 'A' }, { ...fill, tid: 43 }];
    const runs: (readonly string[])[] = [];
    for (let run = 0; run < 3; run += 1) {
      const world = await aTradingWorld();
      world.http.on('userFillsByTime', () => [...fills].reverse());
      world.socket().receive({ channel: 'userFills', data: { user: WALLET, isSnapshot: true, fills } });
      world.socket().receive({ channel: 'userFills', data: { user: WALLET, fills } });
      const swept = await world.trading.fillsSince(timeNs(0n));
      runs.push(
        world.heard.fills.map(({ fillId }) => fillId),
        [...swept].map(({ fillId }) => fillId),
      );
    }
    expect(new Set(runs.map((ids) => [...ids].sort().join(' '))).size).toBe(1);
    expect(new Set(runs[0]).size).toBe(3);
  });

  it('known failure: funding counted twice, by streams and question under names of their own', async () => {
    const paid = { coin: 'BTC', usdc: '-0.5', szi: '30.0', fundingRate: '0.0000125', nSamples: null };
    const world = await aTradingWorld();
    world.http.on('userFunding', () => [{ time: NOW_MS, hash: '0x0', delta: { type: 'funding', ...paid } }]);
    const funding = { time: NOW_MS, ...paid };
    world.socket().receive({ channel: 'userFundings', data: { user: WALLET, isSnapshot: true, fundings: [funding] } });
    world.socket().receive({ channel: 'user', data: { funding } });
    const swept = await world.trading.fundingSince(timeNs(0n));
    expect(world.heard.fundings).toHaveLength(1);
    expect(swept).toEqual(world.heard.fundings);
  });

  it('known failure: nonce collisions of parallel orders, each in a request of its own', async () => {
    const world = await SimulatedVenue.open();
    const nonces = new Nonces(0n, 1);
    const placements = (await world.placements(30)).map((each) => ({ ...each, nonce: nonces.mint(world.nowMs) }));
    const placed = placements.map((placement) => world.trading.place([placement]));
    const outcomes = await world.within(1_500, Promise.all(placed));
    expect(outcomes).toEqual(Array(30).fill([expect.objectContaining({ outcome: 'working' })]));
    expect([await world.resting(), world.troubles]).toEqual([30, []]);
  });
});
