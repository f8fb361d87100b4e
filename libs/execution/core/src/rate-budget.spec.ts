import type { RateWindow, RequestKind, VenueRateLimits } from '@argosy/venue-port';
import fc from 'fast-check';
import { RATE_BUDGET_DEFAULTS, RateBudget, type RateRequest, steadyUse } from './rate-budget.js';
import { unitsOf } from './rate-window.js';

const MINUTE_MS = 60_000;
const COSTS: RateWindow['costs'] = {
  order: { base: 1, itemsPerUnit: 40 },
  cancel: { base: 1, itemsPerUnit: 40 },
  command: { base: 1 },
  read_light: { base: 2 },
  read: { base: 20 },
  read_history: { base: 20, itemsPerUnit: 20 },
};
const LIMITS: VenueRateLimits = {
  windows: [
    { name: 'weight', limit: 120, windowMs: MINUTE_MS, costs: COSTS },
    { name: 'orders', limit: 10, windowMs: 1_000, costs: { order: { base: 1 }, cancel: { base: 1 } } },
  ],
  earned: { name: 'earned', cancelsAllowed: (allowed) => allowed * 2, trickleMs: 10_000, expiredCost: 5 },
  batchMax: 39,
  cancelTrickleMs: undefined,
};
const order: RateRequest = { kind: 'order', lane: 'normal', items: 1 };
const cancel: RateRequest = { kind: 'cancel', lane: 'cancel', items: 1 };
const fill = (budget: RateBudget, nowMs: number, request = order): number => {
  let admitted = 0;
  while (budget.admit(request, nowMs).admitted) admitted += 1;
  return admitted;
};

/** The venue's side: no window of any position may hold more than its limit. */
function overLimit(arrivals: readonly { readonly atMs: number; readonly request: RateRequest }[]): string | undefined {
  const sorted = [...arrivals].sort((a, b) => a.atMs - b.atMs);
  for (const { name, limit, windowMs, costs } of LIMITS.windows) {
    let [first, units] = [0, 0];
    const cost = ({ kind, items }: RateRequest): number => {
      const known = costs[kind];
      return known === undefined ? 0 : unitsOf(known, items);
    };
    for (const { atMs, request } of sorted) {
      units += cost(request);
      for (let old = sorted[first]; old !== undefined && old.atMs <= atMs - windowMs; old = sorted[first]) {
        units -= cost(old.request);
        first += 1;
      }
      if (units > limit) return `${name}: ${String(units)} of ${String(limit)} at ${String(atMs)}`;
    }
  }
  return undefined;
}

const kinds: readonly RequestKind[] = ['order', 'cancel', 'command', 'read_light', 'read', 'read_history'];
const aStep = fc.record({
  waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 70_000 })),
  wayMs: fc.integer({ min: 0, max: RATE_BUDGET_DEFAULTS.latenessMs }),
  kind: fc.constantFrom(...kinds),
  items: fc.integer({ min: 1, max: 100 }),
  times: fc.integer({ min: 1, max: 60 }),
});

describe('a rate budget (EX-6, F-37)', () => {
  it('5.10 never lets a sequence through that the venue would refuse, however late its parts arrive', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const budget = new RateBudget(LIMITS);
        const arrivals: { readonly atMs: number; readonly request: RateRequest }[] = [];
        let nowMs = 0;
        for (const { waitMs, wayMs, kind, items, times } of steps) {
          nowMs += waitMs;
          const request: RateRequest = { kind, items, lane: kind === 'cancel' ? 'cancel' : 'normal' };
          for (let i = 0; i < times; i += 1)
            if (budget.admit(request, nowMs).admitted) arrivals.push({ atMs: nowMs + wayMs, request });
        }
        expect(overLimit(arrivals)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('5.10 keeps room for cancels whatever else was asked before', () => {
    const kept = LIMITS.windows.map(
      ({ limit }) => Math.floor(limit * 0.9) - Math.floor(Math.floor(limit * 0.7) * 0.75),
    );
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 40 }), (steps) => {
        const budget = new RateBudget(LIMITS);
        let nowMs = 0;
        for (const { waitMs, kind, items, times } of steps) {
          nowMs += waitMs;
          for (let i = 0; i < times; i += 1) budget.admit({ kind, items, lane: 'normal' }, nowMs);
        }
        expect(fill(budget, nowMs, cancel)).toBeGreaterThanOrEqual(Math.min(...kept));
      }),
      { numRuns: 200 },
    );
  });

  it('tells when there is room again, and then there is', () => {
    const budget = new RateBudget(LIMITS);
    const admitted = fill(budget, 100);
    expect(admitted).toBe(5);
    const refused = budget.admit(order, 200);
    expect(refused).toEqual({ admitted: false, limit: 'orders', retryAtMs: 100 + 1_000 + 2_000 });
    expect(budget.admit(order, 3_099).admitted).toBe(false);
    expect(budget.admit(order, 3_100).admitted).toBe(true);
  });

  it('a request larger than the whole cap is never promised', () => {
    const budget = new RateBudget(LIMITS);
    const huge: RateRequest = { kind: 'read_history', lane: 'normal', items: 2_000 };
    expect(budget.admit(huge, 0)).toEqual({ admitted: false, limit: 'weight', retryAtMs: Number.POSITIVE_INFINITY });
    expect(budget.use(0).every(({ used }) => used === 0)).toBe(true);
  });

  it('gives back what an answer did not cost', () => {
    const budget = new RateBudget(LIMITS);
    const history: RateRequest = { kind: 'read_history', lane: 'normal', items: 800 };
    const decision = budget.admit(history, 0);
    expect(budget.admit(history, 0).admitted).toBe(false);
    if (decision.admitted) budget.correct(decision.ticket, 15);
    expect(budget.use(0)[0]).toEqual({ limit: 'weight', lane: 'normal', used: 20, cap: 63 });
    // What has left the window is nobody's any more.
    if (decision.admitted) budget.correct(decision.ticket, 800);
    expect(budget.use(62_000)[0]).toMatchObject({ used: 0 });
  });

  it('500 cancels leave in thirteen requests, though orders have used all they may', () => {
    const wide: VenueRateLimits = { ...LIMITS, windows: [{ ...(LIMITS.windows[0] as RateWindow), limit: 1_200 }] };
    const budget = new RateBudget(wide);
    expect(fill(budget, 0)).toBe(630);
    const sizes = budget.admitCancels(500, 0);
    expect([sizes.length, sizes.reduce((sum, size) => sum + size, 0)]).toEqual([13, 500]);
  });

  describe('after the venue said too much', () => {
    const allowing = (cancelTrickleMs: number | undefined) => new RateBudget({ ...LIMITS, cancelTrickleMs });

    it('honours Retry-After, and doubles its own pause with each repetition', () => {
      const budget = allowing(undefined);
      budget.limited(0, 7_000);
      expect(budget.admit(order, 6_999)).toEqual({ admitted: false, limit: 'pause', retryAtMs: 7_000 });
      expect(budget.admit(order, 7_000).admitted).toBe(true);
      budget.limited(10_000);
      expect([budget.isPaused(11_999), budget.isPaused(12_000)]).toEqual([true, false]);
      budget.limited(20_000);
      expect([budget.isPaused(23_999), budget.isPaused(24_000)]).toEqual([true, false]);
      budget.limited(200_000);
      expect([budget.isPaused(200_999), budget.isPaused(201_000)]).toEqual([true, false]);
    });

    it('F-37 sends nothing at all where any request could turn a pause into a ban', () => {
      const budget = allowing(undefined);
      budget.limited(0, 120_000);
      expect([order, cancel].map((request) => budget.admit(request, 119_999).admitted)).toEqual([false, false]);
      expect(budget.admit(cancel, 120_000).admitted).toBe(true);
    });

    it('F-37 to a question or an order, cancels go on as if nothing had been', () => {
      const budget = allowing(10_000);
      budget.limited(0, 60_000);
      expect(budget.admit(order, 1)).toEqual({ admitted: false, limit: 'pause', retryAtMs: 60_000 });
      expect([budget.isPaused(1), budget.isPaused(1, 'cancel')]).toEqual([true, false]);
      expect(budget.admitCancels(78, 1)).toEqual([39, 39]);
    });

    it('F-37 no read goes on in any lane, or the venue counts each as one more offence until it bans (no ban ever)', () => {
      const budget = allowing(10_000);
      budget.limited(0, 60_000);
      const reads = (['read_light', 'read', 'read_history'] as const).map((kind) => ({ ...cancel, kind }));
      for (const read of reads)
        expect(budget.admit(read, 59_999)).toEqual({ admitted: false, limit: 'pause', retryAtMs: 60_000 });
      expect(reads.map((read) => budget.admit(read, 60_000).admitted)).toEqual([true, true, true]);
    });

    it('to a cancel, lets a trickle of cancels through where the venue takes one', () => {
      const budget = allowing(10_000);
      budget.limited(0, 60_000, 'cancel');
      expect(budget.admit(order, 1).admitted).toBe(false);
      expect(budget.admitCancels(500, 1)).toEqual([39]);
      expect(budget.admitCancels(500, 10_000)).toEqual([]);
      expect(budget.admitCancels(500, 10_001)).toEqual([39]);
    });
  });

  describe('of an earned limit', () => {
    it('stops orders before the end, and cancels later', () => {
      const budget = new RateBudget(LIMITS);
      budget.observe({ used: 94, allowed: 100 });
      expect(budget.admit(order, 0).admitted).toBe(true);
      expect(budget.admit(order, 0)).toMatchObject({ admitted: false, limit: 'earned' });
      expect(budget.admit({ ...cancel, items: 39 }, 0).admitted).toBe(true);
      budget.observe({ used: 10, allowed: 100 });
      expect(budget.admit(order, 0).admitted).toBe(true);
    });

    it('counts every order of a batch, and five for one that came too late', () => {
      const budget = new RateBudget(LIMITS);
      budget.observe({ used: 0, allowed: 100 });
      budget.admit({ ...order, items: 39 }, 0);
      budget.expired(10);
      expect(budget.use(0).at(-1)).toEqual({ limit: 'earned', lane: 'cancel', used: 79, cap: 200 });
    });

    it('spent, lets one cancel through each ten seconds', () => {
      const budget = new RateBudget(LIMITS);
      budget.addressLimited('cancel');
      expect(budget.admit(order, 0).admitted).toBe(false);
      expect(budget.admitCancels(5, 0)).toEqual([1]);
      expect(budget.admitCancels(5, 9_999)).toEqual([]);
      expect(budget.admitCancels(5, 10_000)).toEqual([1]);
      // Reading costs nothing of it.
      expect(budget.admit({ kind: 'read', lane: 'normal', items: 1 }, 10_000).admitted).toBe(true);
    });

    it('spent for orders, still lets cancels through', () => {
      const budget = new RateBudget(LIMITS);
      budget.observe({ used: 100, allowed: 100 });
      budget.addressLimited('normal');
      expect(budget.admit(order, 0).admitted).toBe(false);
      expect(budget.admitCancels(60, 0)).toEqual([39, 21]);
    });
  });

  it('says what a plan of questions leaves for orders', () => {
    const plan = [
      { kind: 'read_history', items: 100, everyMs: 5_000 },
      { kind: 'read_light', items: 1, everyMs: 2_000 },
    ] as const;
    expect(steadyUse(LIMITS, plan)).toEqual([
      { limit: 'weight', used: 25 * 12 + 2 * 30, cap: 63 },
      { limit: 'orders', used: 0, cap: 5 },
    ]);
  });

  it.each([
    ['share', { share: 0 }],
    ['share', { share: 0.95 }],
    ['cancelShare', { cancelShare: 0 }],
    ['cancelReach', { cancelReach: 1.1 }],
    ['latenessMs', { latenessMs: -1 }],
  ])('refuses a %s out of its bounds', (name, change) => {
    expect(() => new RateBudget(LIMITS, { ...RATE_BUDGET_DEFAULTS, ...change })).toThrow(name);
  });
});
