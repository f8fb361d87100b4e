import { DeadManSwitch, RateBudget, VenueClock } from '@argosy/execution-core';
import { timeNs } from '@argosy/domain';
import { VENUE_LIMITS } from '@argosy/exchange-core';
import type { Placement } from '@argosy/venue-port';
import { SIGNER, SimulatedVenue } from '../testing/simulated-venue.js';

const first = (placements: readonly Placement[]): Placement => placements[0] as Placement;

describe('the fence, held against the simulated exchange', () => {
  it('I-05, F-09 an order that arrives past its expiry is refused, and is nowhere', async () => {
    const world = await SimulatedVenue.open();
    world.put('delay', { target: { lane: 'request' }, settings: { ms: 700 } });
    const placement = first(await world.placements(1, 500));
    const placed = await world.within(1_500, world.trading.place([placement]));
    expect(placed).toEqual([expect.objectContaining({ outcome: 'rejected' })]);
    expect(world.troubles.map(({ kind }) => kind)).toEqual(['expired']);
    expect(await world.statusOf(placement.clientOrderId)).toBe('unknown');
  });

  it('I-27 an order still on its way can never land once its nonce is burnt', async () => {
    const world = await SimulatedVenue.open();
    world.put('reorder', { target: { lane: 'request' }, settings: { ms: 5_000 }, count: 1 });
    const placement = first(await world.placements(1, 30_000));
    expect(await world.within(2_500, world.trading.place([placement]))).toBe('OUTCOME_UNKNOWN');
    expect(await world.within(500, world.trading.burnNonce(placement.nonce))).toBe('burnt');
    await world.pass(10_000);
    expect([await world.resting(), await world.statusOf(placement.clientOrderId)]).toEqual([0, 'unknown']);
  });

  it('F-30 an order that was taken has spent its nonce: the burn says so, and the question finds it', async () => {
    const world = await SimulatedVenue.open();
    world.put('accept_then_timeout', { count: 1 });
    const placement = first(await world.placements(1));
    expect(await world.within(2_500, world.trading.place([placement]))).toBe('OUTCOME_UNKNOWN');
    expect(await world.within(500, world.trading.burnNonce(placement.nonce))).toBe('already_used');
    expect(await world.statusOf(placement.clientOrderId)).toBe('working');
  });

  it('5.1 a request that arrives twice is one order', async () => {
    const world = await SimulatedVenue.open();
    world.put('duplicate', { target: { lane: 'request' }, count: 1 });
    const placed = await world.within(1_000, world.trading.place(await world.placements(1)));
    expect([(placed as readonly { outcome: string }[])[0]?.outcome, await world.resting()]).toEqual(['working', 1]);
  });

  it('F-40 a key that the venue no longer knows stops everything, and is told', async () => {
    const world = await SimulatedVenue.open({ accounts: [] });
    const placed = await world.within(500, world.trading.place(await world.placements(1)));
    expect((placed as readonly { outcome: string }[])[0]?.outcome).toBe('rejected');
    expect(world.troubles.map(({ kind }) => kind)).toEqual(['key_refused']);
  });
});

describe('the dead-man switch, held against the simulated exchange', () => {
  it('cancels everything when nobody renews it, in the word that its rules name', async () => {
    const world = await SimulatedVenue.open();
    await world.within(500, world.trading.place(await world.placements(3)));
    const armed = await world.within(500, world.trading.armDeadMan(world.nowMs + 15_000, world.nonce()));
    expect(armed).toEqual({ outcome: 'armed' });
    await world.pass(14_000);
    expect(await world.resting()).toBe(3);
    await world.pass(1_500);
    expect(await world.resting()).toBe(0);
    const word = world.trading.fence.deadMan?.firedWord;
    expect(world.orders.filter(({ reason }) => reason === word).length).toBe(3);
  });

  it('never fires while the policy renews it, and is let go with the last order', async () => {
    const world = await SimulatedVenue.open();
    const placements = await world.placements(1);
    await world.within(500, world.trading.place(placements));
    const dead = new DeadManSwitch(world.trading.fence.deadMan);
    let asked = 0;
    const run = async (exposed: boolean, forMs: number): Promise<void> => {
      for (let ms = 0; ms < forMs; ms += 250) {
        const moment = { monotonicMs: world.time.clock.monotonicMs(), venueMs: world.nowMs };
        const step = dead.step({ ...moment, leads: true, exposed });
        if (step.kind !== 'wait') {
          asked += 1;
          const at = step.kind === 'arm' ? step.atVenueMs : undefined;
          void world.trading.armDeadMan(at, world.nonce()).then((answer) => {
            dead.answered(answer, moment);
          });
        }
        await world.pass(250);
      }
    };
    await run(true, 60_000);
    expect([await world.resting(), dead.status.state, asked]).toEqual([1, 'armed', 12]);
    await world.within(500, world.trading.cancel(placements.map((each) => world.cancellation(each))));
    await run(false, 30_000);
    expect([dead.status.state, dead.status.firingsToday]).toEqual(['disarmed', 0]);
  });

  it('is absent, with the reason, where the account has not traded enough', async () => {
    const world = await SimulatedVenue.open({ scheduleCancelVolume: '1000000' });
    const armed = await world.within(500, world.trading.armDeadMan(world.nowMs + 15_000, world.nonce()));
    expect(armed).toMatchObject({ outcome: 'refused', cause: 'volume_required' });
  });
});

describe("the venue's clock, held against the simulated exchange (I-56, F-36)", () => {
  const watch = async (world: SimulatedVenue, clock: VenueClock, forMs: number): Promise<readonly string[]> => {
    const said: string[] = [];
    for (let ms = 0; ms < forMs; ms += 250) {
      const nowMs = world.time.clock.monotonicMs();
      if (clock.isSampleDue(nowMs)) {
        clock.asked(nowMs);
        void world.trading.serverTime().then((sample) => said.push(clock.take(sample)));
      }
      await world.pass(250);
    }
    return said;
  };

  it.each([-5_000, 5_000])('a step of %d ms is found at the next look, and known a second later', async (ms) => {
    const world = await SimulatedVenue.open();
    const clock = new VenueClock();
    await watch(world, clock, 20_000);
    expect(clock.trouble(world.time.clock.monotonicMs())).toBeUndefined();
    world.put('clock_offset', { settings: { ms } });
    const said = await watch(world, clock, 20_000);
    expect(said.slice(0, 2)).toEqual(['suspect', 'jumped']);
    const nowMs = world.time.clock.monotonicMs();
    expect(clock.trouble(nowMs)).toBeUndefined();
    const offMs = Number((clock.earliest(nowMs) ?? 0n) / 1_000_000n) - world.nowMs - ms;
    expect(offMs).toBeLessThanOrEqual(0);
    expect(offMs).toBeGreaterThan(-400);
  });

  it('a drift of 200 ppm is no jump', async () => {
    const world = await SimulatedVenue.open();
    world.put('clock_offset', { settings: { ppm: 200 } });
    const clock = new VenueClock();
    expect(new Set(await watch(world, clock, 90_000))).toEqual(new Set(['taken']));
    expect(clock.trouble(world.time.clock.monotonicMs())).toBeUndefined();
  });
});

describe('the rate budget, held against the simulated limits (EX-6, F-37)', () => {
  it('quotes as fast as it may for 70 s, then cancels 500 orders within 2 s: no 429, no ban', async () => {
    const market = { quoteRate: 1, noiseRate: 0.1, informedRate: 0 };
    const world = await SimulatedVenue.open({
      limits: VENUE_LIMITS,
      market,
      blockIntervalMs: 500,
      // The curve is proven elsewhere, and would be nearly all of the time here.
      recoverSigner: () => SIGNER,
    });
    const budget = new RateBudget(world.trading.fence.rateLimits);
    const { clock } = world.time;
    let refused = 0;
    const resting: Placement[] = [];
    const room = (items: number): boolean =>
      budget.admit({ kind: 'order', lane: 'normal', items }, clock.monotonicMs()).admitted;
    /** An order that is cancelled as soon as it rests, as a market maker's is. */
    const quote = async (): Promise<void> => {
      if (!room(1)) {
        refused += 1;
        return;
      }
      const placements = await world.placements(1);
      void world.trading.place(placements).then(() => {
        if (budget.admitCancels(1, clock.monotonicMs()).length === 1)
          void world.trading.cancel(placements.map((each) => world.cancellation(each)));
      });
    };
    for (let i = 0; i < 20; i += 1) {
      const placements = await world.placements(25);
      expect(room(25)).toBe(true);
      resting.push(...placements);
      void world.trading.place(placements);
      await world.pass(100);
    }
    for (let ms = 0; ms < 70_000; ms += 500) {
      for (let i = 0; i < 20; i += 1) await quote();
      if (ms % 1_000 === 0 && budget.admit({ kind: 'read', lane: 'normal', items: 1 }, clock.monotonicMs()).admitted)
        void world.trading.openOrders();
      await world.pass(500);
    }
    expect(refused).toBeGreaterThan(1_000);
    const startedMs = clock.monotonicMs();
    let open: readonly Placement[] = resting;
    while (open.length > 0 && clock.monotonicMs() - startedMs < 2_000) {
      const count = budget.admitCancels(open.length, clock.monotonicMs()).reduce((sum, size) => sum + size, 0);
      const expiresAt = timeNs(world.time.nowNs + 1_000_000_000n);
      const cancellations = open.slice(0, count).map((each) => world.cancellation({ ...each, expiresAt }));
      const answers = await world.within(100, world.trading.cancel(cancellations));
      expect(new Set((answers as readonly { outcome: string }[]).map(({ outcome }) => outcome))).toEqual(
        new Set(['cancelled']),
      );
      open = open.slice(count);
    }
    expect(open.length).toBe(0);
    expect(world.troubles).toEqual([]);
    expect([world.venue.bans, clock.monotonicMs() - startedMs <= 2_000]).toEqual([0, true]);
  }, 120_000);
});
