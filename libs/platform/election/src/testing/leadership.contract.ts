import { Candidate, type LeaseWorld, Watcher } from './lease-world.fixture.js';

let made = 0;

interface Pair {
  readonly a: Candidate;
  readonly b: Candidate;
  readonly watcher: Watcher;
  readonly names: readonly string[];
}

/** What leadership promises over any store, whatever happens to processes, clocks, network and store. */
export function leadershipContract(makeWorld: () => Promise<LeaseWorld>): void {
  let world: LeaseWorld;
  let open: Candidate[] = [];
  beforeEach(async () => {
    world = await makeWorld();
    open = [];
  });
  afterEach(async () => {
    for (const { timers, link } of open) {
      timers.kill();
      link.isCut = true;
    }
    await world.pass(1);
  });

  const aGroup = (): readonly string[] => [`execution.a${String((made += 1))}`, `execution.b${String(made)}`];
  const candidate = (name: string, names: readonly string[], above?: () => Promise<number>): Candidate => {
    const one = new Candidate(world, `${name}-${String((made += 1))}`, names, above);
    open.push(one);
    return one;
  };
  /** `a` leads, `b` stands by. */
  const aPair = async (): Promise<Pair> => {
    const names = aGroup();
    const [a, b] = [candidate('a', names), candidate('b', names)];
    const watcher = new Watcher(world, [a, b]);
    a.stand();
    expect(await watcher.until(() => a.leads, 3 * world.times.ttlMs)).toBe(true);
    b.stand();
    await watcher.pass(2 * world.times.pollMs);
    return { a, b, watcher, names };
  };
  const takeoverLimitMs = (): number => 2 * world.times.ttlMs + 4 * world.times.pollMs;

  it('leads with one epoch for the group, which a peer sees and does not touch', async () => {
    const { a, b, watcher } = await aPair();
    const lease = a.leadership.current();
    await watcher.pass(3 * world.times.ttlMs);
    expect(a.leadership.current()?.epoch).toBe(lease?.epoch);
    expect(a.mayTrade).toBe(true);
    expect(b.leads).toBe(false);
    expect(b.leadership.seen()).toEqual({ holder: a.name, epoch: lease?.epoch });
    expect(watcher.violations).toEqual([]);
  });

  it('fails over from a leader that is gone, with a higher epoch, once a TTL has passed (F-01, I-03)', async () => {
    const { a, b, watcher } = await aPair();
    const before = a.leadership.current()!.epoch;
    a.timers.kill();
    expect(await watcher.until(() => b.mayTrade, takeoverLimitMs())).toBe(true);
    expect(b.leadership.current()!.epoch).toBeGreaterThan(before);
    expect(watcher.violations).toEqual([]);
  });

  it('hands over within a few polls when the leader releases, and the next epoch is higher (F-02)', async () => {
    const { a, b, watcher } = await aPair();
    const before = a.leadership.current()!.epoch;
    await Promise.all([a.leadership.release(), world.pass(1)]);
    expect(a.leads).toBe(false);
    expect(await watcher.until(() => b.leads, 4 * world.times.pollMs)).toBe(true);
    expect(b.leadership.current()!.epoch).toBeGreaterThan(before);
    expect(a.losses).toEqual([]);
    await expect(a.leadership.acquire()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('releases twice as once, and a candidate that never led without harm', async () => {
    const { a, b } = await aPair();
    await Promise.all([b.leadership.release(), b.leadership.release(), world.pass(world.times.pollMs)]);
    expect(a.leads).toBe(true);
    await expect(b.leadership.acquire()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('lets a leader that was stopped and goes on send nothing, and tells it of the newer epoch (F-03, I-09)', async () => {
    const { a, b, watcher } = await aPair();
    a.timers.pause();
    expect(await watcher.until(() => b.mayTrade, takeoverLimitMs())).toBe(true);
    a.timers.resume();
    watcher.look();
    expect(a.mayTrade).toBe(false);
    expect(await watcher.until(() => a.losses.length > 0, world.times.heartbeatMs)).toBe(true);
    expect(a.losses).toMatchObject([{ kind: 'newer_epoch' }]);
    expect(a.leads).toBe(false);
    expect(watcher.violations).toEqual([]);
  });

  it('keeps its lease through a stop that is shorter than its deadline', async () => {
    const { a, watcher } = await aPair();
    a.timers.pause();
    await watcher.pass(world.times.ttlMs / 4);
    a.timers.resume();
    await watcher.pass(2 * world.times.ttlMs);
    expect(a.mayTrade).toBe(true);
    expect(a.losses).toEqual([]);
  });

  it('does not take over because the standby itself was stopped (F-03)', async () => {
    const { a, b, watcher } = await aPair();
    b.timers.pause();
    await watcher.pass(2 * world.times.ttlMs);
    b.timers.resume();
    await watcher.pass(world.times.ttlMs);
    expect([a.mayTrade, b.leads]).toEqual([true, false]);
  });

  it('lets a leader cut off from the store cancel but not trade, and tells it nothing until it sees who leads (F-06, I-09)', async () => {
    const { a, b, watcher } = await aPair();
    const epoch = a.leadership.current()!.epoch;
    a.link.isCut = true;
    expect(await watcher.until(() => b.mayTrade, takeoverLimitMs())).toBe(true);
    expect(a.mayTrade).toBe(false);
    expect(a.leadership.current()?.epoch).toBe(epoch);
    expect(a.losses).toEqual([]);
    a.link.isCut = false;
    expect(await watcher.until(() => a.losses.length > 0, world.times.ttlMs)).toBe(true);
    expect(a.losses).toMatchObject([{ kind: 'newer_epoch' }]);
    expect(watcher.violations).toEqual([]);
  });

  it('goes on under its epoch when the store was away from everybody for long (F-19)', async () => {
    const { a, b, watcher } = await aPair();
    const epoch = a.leadership.current()!.epoch;
    a.link.isCut = b.link.isCut = true;
    await watcher.pass(3 * world.times.ttlMs);
    expect([a.mayTrade, a.leads, b.leads]).toEqual([false, true, false]);
    b.timers.pause();
    a.link.isCut = b.link.isCut = false;
    expect(await watcher.until(() => a.mayTrade, world.times.ttlMs)).toBe(true);
    b.timers.resume();
    await watcher.pass(world.times.ttlMs);
    expect([a.leadership.current()?.epoch, b.leads]).toEqual([epoch, false]);
    expect(watcher.violations).toEqual([]);
  });

  it('has never two leaders while the store is slow, and one that may trade when it is quick again (F-19)', async () => {
    const { a, b, watcher } = await aPair();
    for (const { link } of [a, b]) {
      link.requestDelayMs = world.times.heartbeatMs;
      link.answerDelayMs = world.times.heartbeatMs / 2;
    }
    await watcher.pass(4 * world.times.ttlMs);
    for (const { link } of [a, b]) link.requestDelayMs = link.answerDelayMs = 0;
    expect(await watcher.until(() => a.mayTrade || b.mayTrade, takeoverLimitMs())).toBe(true);
    expect(watcher.violations).toEqual([]);
  });

  it('counts a renewal from its sending, so that one under way for long gives no time it does not have (I-01)', async () => {
    const { a, b, watcher } = await aPair();
    a.link.requestDelayMs = 0;
    a.link.answerDelayMs = world.times.ttlMs * 2;
    expect(await watcher.until(() => !a.mayTrade, world.times.ttlMs)).toBe(true);
    // The store still gets its renewals, so nobody else may begin.
    await watcher.pass(world.times.ttlMs);
    expect(b.leads).toBe(false);
    expect(watcher.violations).toEqual([]);
  });

  it('finds its own lease when the answer to its taking was lost (F-18)', async () => {
    const names = aGroup();
    const a = candidate('a', names);
    const watcher = new Watcher(world, [a]);
    a.link.losesAnswers = true;
    a.stand();
    await watcher.pass(world.times.ttlMs / 2);
    a.link.losesAnswers = false;
    expect(await watcher.until(() => a.mayTrade, takeoverLimitMs())).toBe(true);
    expect(watcher.violations).toEqual([]);
  });

  it('leaves a lease that was taken without an answer to its peer when the taker is gone (F-18)', async () => {
    const { a, b, watcher, names } = await aPair();
    b.link.answerDelayMs = world.times.heartbeatMs;
    a.timers.kill();
    await watcher.pass(world.times.ttlMs);
    b.link.losesAnswers = true;
    await watcher.pass(world.times.ttlMs / 2);
    b.timers.kill();
    const c = candidate('c', names);
    const next = new Watcher(world, [a, b, c]);
    c.stand();
    expect(await next.until(() => c.mayTrade, takeoverLimitMs())).toBe(true);
    expect(next.violations).toEqual([]);
  });

  const jumps: ReadonlyArray<[string, number]> = [
    ['an hour ahead', 3_600_000],
    ['an hour back', -3_600_000],
    ['half a TTL back', -0.5],
  ];
  it.each(jumps)(
    'has no second leader when the clock of the store jumps %s, and a first one soon after (F-11)',
    async (_how, jump) => {
      const { a, b, watcher } = await aPair();
      const jumpMs = Math.abs(jump) < 1 ? jump * world.times.ttlMs : jump;
      await world.jumpStoreClock(jumpMs);
      await watcher.pass(3 * world.times.ttlMs);
      expect([a.mayTrade, b.leads]).toEqual([true, false]);
      a.timers.kill();
      await world.jumpStoreClock(jumpMs);
      expect(await watcher.until(() => b.mayTrade, takeoverLimitMs())).toBe(true);
      expect(watcher.violations).toEqual([]);
    },
  );

  it('has no second leader when the clocks of a process jump, wall or monotonic (F-11)', async () => {
    const { a, b, watcher } = await aPair();
    a.clock.wallOffsetNs = -3_600_000_000_000n;
    b.clock.wallOffsetNs = 3_600_000_000_000n;
    await watcher.pass(world.times.ttlMs);
    b.clock.monotonicOffsetMs = 3_600_000;
    await watcher.pass(2 * world.times.ttlMs);
    expect([a.mayTrade, b.leads]).toEqual([true, false]);
    a.clock.monotonicOffsetMs = 3_600_000;
    watcher.look();
    expect(a.mayTrade).toBe(false);
    expect(await watcher.until(() => a.mayTrade, world.times.ttlMs)).toBe(true);
    expect(watcher.violations).toEqual([]);
  });

  it('has no second leader when the rows are deleted: the leader stops first, the epoch still grows (F-11)', async () => {
    const { a, b, watcher, names } = await aPair();
    const before = a.leadership.current()!.epoch;
    for (const name of names) await world.deleteRow(name);
    expect(await watcher.until(() => b.mayTrade, takeoverLimitMs())).toBe(true);
    expect(b.leadership.current()!.epoch).toBeGreaterThan(before);
    expect(await watcher.until(() => a.losses.length > 0, world.times.heartbeatMs * 2)).toBe(true);
    expect(a.losses).toMatchObject([{ kind: 'newer_epoch' }]);
    expect(watcher.violations).toEqual([]);
  });

  it('renews all of a group or none, and steps down when a row stays away and nobody takes it (F-11)', async () => {
    const names = aGroup();
    const a = candidate('a', names).stand();
    const watcher = new Watcher(world, [a]);
    expect(await watcher.until(() => a.leads, takeoverLimitMs())).toBe(true);
    const before = a.leadership.current()!.epoch;
    await world.deleteRow(names[1]!);
    expect(await watcher.until(() => a.losses.length > 0, 4 * world.times.ttlMs)).toBe(true);
    expect(a.losses).toMatchObject([{ kind: 'stepped_down' }]);
    expect(a.mayTrade).toBe(false);
    await Promise.all([a.leadership.release(), world.pass(1)]);
    const next = candidate('next', names).stand();
    expect(await new Watcher(world, [a, next]).until(() => next.mayTrade, takeoverLimitMs())).toBe(true);
    expect(next.leadership.current()!.epoch).toBeGreaterThan(before);
  });

  it('is taken all or none: a group that shares one name with a leader waits for it', async () => {
    const { a, names, watcher } = await aPair();
    const other = candidate('other', [names[1]!, ...aGroup()]).stand();
    await watcher.pass(2 * world.times.ttlMs);
    expect([a.mayTrade, other.leads]).toEqual([true, false]);
    a.timers.kill();
    open[1]!.timers.kill();
    expect(await new Watcher(world, [a, other]).until(() => other.mayTrade, takeoverLimitMs())).toBe(true);
  });

  it('gives an epoch above what a store of the service has seen already (I-03)', async () => {
    const a = candidate('a', aGroup(), () => Promise.resolve(1_000)).stand();
    const watcher = new Watcher(world, [a]);
    expect(await watcher.until(() => a.leads, takeoverLimitMs())).toBe(true);
    expect(a.leadership.current()!.epoch).toBeGreaterThan(1_000);
  });

  it('waits for a store that does not answer yet, and then leads', async () => {
    const a = candidate('a', aGroup());
    a.link.isCut = true;
    a.stand();
    const watcher = new Watcher(world, [a]);
    await watcher.pass(2 * world.times.ttlMs);
    expect(a.leads).toBe(false);
    a.link.isCut = false;
    expect(await watcher.until(() => a.mayTrade, takeoverLimitMs())).toBe(true);
  });

  it('stepping down stops trading at once and keeps the standby off until it is released (HA-1)', async () => {
    const { a, b, watcher } = await aPair();
    a.leadership.stepDown('the event loop lags');
    expect([a.mayTrade, a.leads]).toEqual([false, true]);
    expect(a.losses).toEqual([{ kind: 'stepped_down', reason: 'the event loop lags' }]);
    await watcher.pass(2 * world.times.ttlMs);
    expect(b.leads).toBe(false);
    await Promise.all([a.leadership.release(), world.pass(1)]);
    expect(await watcher.until(() => b.mayTrade, 4 * world.times.pollMs)).toBe(true);
    expect(watcher.violations).toEqual([]);
  });
}
