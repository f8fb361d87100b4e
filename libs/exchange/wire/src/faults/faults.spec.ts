import { FAULT_NAMES } from '@argosy/exchange-core';
import { ALICE, read, Venue } from './venue.fixture.js';

interface Story {
  readonly fault: (typeof FAULT_NAMES)[number];
  readonly shows: string;
  readonly run: (venue: Venue) => Promise<void>;
}

const story = (fault: Story['fault'], shows: string, run: Story['run']): Story => ({ fault, shows, run });
const CANCEL = (oid: number): object => ({ type: 'cancel', cancels: [{ a: 0, o: oid }] });
const levels = (frame: { data: Record<string, unknown> } | undefined): { px: string; sz: string }[][] =>
  (frame?.data['levels'] ?? [[], []]) as { px: string; sz: string }[][];
const statuses = (venue: Venue): unknown[] =>
  venue
    .frames('orderUpdates')
    .flatMap(({ data }) => (data as unknown as { status: string }[]).map(({ status }) => status));

interface Diff {
  readonly stream: string;
  readonly data: {
    readonly U: number;
    readonly u: number;
    readonly b: [string, string][];
    readonly a: [string, string][];
  };
}
const diffs = (venue: Venue): Diff[] =>
  venue.binanceTexts.map((text) => read(text) as Diff).filter(({ stream }) => stream.includes('@depth'));
const gaps = (all: readonly Diff[]): number =>
  all.filter(({ data }, at) => at > 0 && data.U !== (all[at - 1]?.data.u ?? 0) + 1).length;

const STORIES: readonly Story[] = [
  story('delay', 'a late request is judged by its expiry when it arrives (F-09)', async (venue) => {
    venue.put('delay', { target: { lane: 'request' }, settings: { ms: 500 } });
    const answer = await venue.act(Venue.order(), 600, { expiresAfter: venue.nowMs + 200 });
    expect(answer?.body).toContain('expired');
    expect(venue.resting).toBe(0);
  }),
  story('delay', 'private frames come late and in order', async (venue) => {
    venue.put('delay', { target: { lane: 'private' }, settings: { ms: 300, jitterMs: 200 } });
    await venue.act(CANCEL(await venue.rest()));
    await venue.pass(200);
    expect(statuses(venue)).toEqual([]);
    await venue.pass(400);
    expect(statuses(venue)).toEqual(['open', 'canceled']);
  }),
  story('drop', 'a request that is lost did nothing', async (venue) => {
    venue.put('drop', { target: { lane: 'request' }, count: 1 });
    expect((await venue.act(Venue.order()))?.cut).toBe('silence');
    expect(venue.resting).toBe(0);
    expect((await venue.act(Venue.order()))?.cut).toBeUndefined();
  }),
  story('drop', 'a lost private frame leaves the truth where it was (F-08)', async (venue) => {
    venue.put('drop', { target: { lane: 'private', channel: 'orderUpdates' } });
    await venue.rest();
    expect([statuses(venue).length, venue.resting]).toEqual([0, 1]);
  }),
  story('duplicate', 'a request that arrives twice is done once: its nonce is used', async (venue) => {
    venue.put('duplicate', { target: { lane: 'request' } });
    await venue.act(Venue.order());
    expect(venue.resting).toBe(1);
    expect(
      venue.venue
        .venueTruth()
        .entries()
        .filter(({ kind }) => kind === 'refused'),
    ).toMatchObject([{ why: 'nonceUsed' }]);
  }),
  story('duplicate', 'private frames come twice (F-32)', async (venue) => {
    venue.put('duplicate', { target: { lane: 'private' } });
    await venue.rest();
    expect(statuses(venue)).toEqual(['open', 'open']);
  }),
  story('reorder', 'two requests change places', async (venue) => {
    venue.put('reorder', { target: { lane: 'request' }, count: 1 });
    const first = venue.act(Venue.order('40000'));
    await venue.act(Venue.order('40001'));
    await first;
    const orders = venue.venue
      .venueTruth()
      .entries()
      .filter(({ kind }) => kind === 'order');
    expect(orders.map((entry) => ('px' in entry ? entry.px : ''))).toEqual(['40001', '40000']);
  }),
  story('reorder', 'what nothing follows comes after a while', async (venue) => {
    venue.put('reorder', { target: { lane: 'private' }, settings: { ms: 700 } });
    await venue.rest();
    await venue.pass(600);
    expect(statuses(venue)).toEqual([]);
    await venue.pass(200);
    expect(statuses(venue)).toEqual(['open']);
  }),
  story('disconnect', 'the socket ends at a frame (F-31)', async (venue) => {
    venue.put('disconnect', { target: { lane: 'private', channel: 'orderUpdates' }, count: 1 });
    await venue.rest();
    expect(venue.closedWith).toBe(1012);
  }),
  story('error_before_accept', '502 and nothing was done (F-30)', async (venue) => {
    venue.put('error_before_accept');
    expect([(await venue.act(Venue.order()))?.status, venue.resting]).toEqual([502, 0]);
  }),
  story('error_after_accept', '502 and it was done (F-30)', async (venue) => {
    venue.put('error_after_accept', { settings: { status: 504 } });
    expect([(await venue.act(Venue.order()))?.status, venue.resting]).toEqual([504, 1]);
  }),
  story('accept_then_timeout', 'it was done and never answered (F-30)', async (venue) => {
    venue.put('accept_then_timeout');
    expect([(await venue.act(Venue.order()))?.cut, venue.resting]).toEqual(['silence', 1]);
  }),
  story('accept_then_timeout', 'over the socket as well', async (venue) => {
    venue.put('accept_then_timeout');
    venue.say({ method: 'post', id: 7, request: { type: 'action', payload: venue.signed(Venue.order()) } });
    await venue.pass(100);
    expect([venue.frames('post').length, venue.resting]).toEqual([0, 1]);
  }),
  story('not_found', 'a young order is nowhere, then it is there (F-30)', async (venue) => {
    venue.put('not_found', { settings: { ms: 2_000 } });
    const oid = await venue.rest();
    const status = (): Promise<unknown> => venue.ask({ type: 'orderStatus', user: ALICE, oid });
    expect([await status(), await venue.open()]).toEqual([{ status: 'unknownOid' }, []]);
    await venue.pass(2_100);
    expect(await status()).toMatchObject({ status: 'order' });
    expect(await venue.open()).toHaveLength(1);
  }),
  story('stale_read', 'what was asked before is answered as it was', async (venue) => {
    venue.put('stale_read', { settings: { ms: 3_000 } });
    expect(await venue.open()).toEqual([]);
    await venue.rest();
    expect(await venue.open()).toEqual([]);
    await venue.pass(3_100);
    expect(await venue.open()).toHaveLength(1);
  }),
  story('balance_lag', 'only account states are old', async (venue) => {
    venue.put('balance_lag', { settings: { ms: 3_000 } });
    const margin = async (): Promise<unknown> =>
      ((await venue.ask({ type: 'clearinghouseState', user: ALICE })) as { time: number }).time;
    const first = await margin();
    await venue.open();
    await venue.rest();
    await venue.pass(500);
    expect([await margin(), ((await venue.open()) as unknown[]).length]).toEqual([first, 1]);
  }),
  story('truncated', 'half an answer', async (venue) => {
    venue.put('truncated', { target: { lane: 'read' } });
    const answer = await venue.http('/info', { type: 'meta' });
    expect([answer?.status, read(answer?.body ?? '')]).toEqual([200, undefined]);
  }),
  story('giant', 'more than anybody asked for', async (venue) => {
    venue.put('giant', { settings: { bytes: 100_000 }, target: { channel: 'l2Book' } });
    await venue.pass(600);
    expect(Math.max(...venue.texts.map((text) => text.length))).toBeGreaterThan(100_000);
  }),
  story('wrong_answer', 'the answer of the request before', async (venue) => {
    venue.put('wrong_answer', { target: { lane: 'read' } });
    await venue.ask({ type: 'meta' });
    expect(await venue.open()).toHaveProperty('universe');
  }),
  story('wrong_answer', "over the socket under this one's number", async (venue) => {
    venue.put('wrong_answer', { target: { lane: 'acknowledgement' } });
    for (const [id, px] of [
      [1, '40000'],
      [2, '0.00001'],
    ] as const)
      venue.say({ method: 'post', id, request: { type: 'action', payload: venue.signed(Venue.order(px)) } });
    await venue.pass(0);
    const [first, second] = venue.frames('post').map(({ data }) => data);
    expect([second?.['id'], second?.['response']]).toEqual([2, first?.['response']]);
  }),
  story('unknown_enum', 'a status that nobody knows (F-38)', async (venue) => {
    venue.put('unknown_enum', { target: { lane: 'private' } });
    await venue.rest();
    expect(statuses(venue)).toEqual(['quantumLocked']);
  }),
  story('unknown_field', 'a field that nobody knows (F-38)', async (venue) => {
    venue.put('unknown_field', { target: { lane: 'acknowledgement' } });
    expect((await venue.act(Venue.order()))?.body).toContain('neverSeenBefore');
  }),
  story('book_gap', 'the chain of the reference book breaks (F-33)', async (venue) => {
    await venue.pass(1_000);
    expect(gaps(diffs(venue))).toBe(0);
    venue.put('book_gap', { target: { venue: 'binance', channel: 'depth' }, count: 1 });
    await venue.pass(1_000);
    expect(gaps(diffs(venue))).toBe(1);
  }),
  story('book_rewind', 'a book that is older than the one before (F-33)', async (venue) => {
    venue.put('book_rewind', { target: { channel: 'l2Book' }, rate: 0.5 });
    await venue.pass(3_000);
    const times = venue.frames('l2Book').map(({ data }) => Number(data['time']));
    expect(times.some((time, at) => at > 0 && time <= (times[at - 1] ?? 0))).toBe(true);
  }),
  story('book_checksum', 'sizes that are not so (F-33)', async (venue) => {
    venue.put('book_checksum', { target: { channel: 'l2Book' }, rate: 1 });
    await venue.pass(600);
    const told = levels(venue.frames('l2Book').at(-1))[0]?.[0]?.sz;
    expect(told).not.toBe(venue.venue.exchange.book(0).bids[0]?.sz);
  }),
  story('book_crossed', 'bids above asks (F-33)', async (venue) => {
    venue.put('book_crossed');
    await venue.pass(600);
    const [bids, asks] = levels(venue.frames('l2Book').at(-1));
    expect(Number(bids?.[0]?.px)).toBeGreaterThan(Number(asks?.[0]?.px));
    const bid = Math.max(...(diffs(venue).at(-1)?.data.b ?? []).map(([px]) => Number(px)));
    expect(bid).toBeGreaterThan(100_000);
  }),
  ...(['zero', 'negative', 'nan', 'huge', 'spike'] as const).map((value) =>
    story('bad_price', `${value} (F-35)`, async (venue) => {
      venue.forget();
      venue.put('bad_price', { settings: { value, factor: 0.1 } });
      await venue.pass(600);
      const px = Number(levels(venue.frames('l2Book').at(-1))[0]?.[0]?.px);
      const reference = Number(diffs(venue).at(-1)?.data.b[0]?.[0] ?? 1);
      const isSo = {
        zero: px === 0,
        negative: px < 0,
        nan: Number.isNaN(px),
        huge: px > 1e12,
        spike: px > 5_000 && px < 7_000,
      };
      expect(isSo[value]).toBe(true);
      expect(value === 'nan' ? reference : Math.sign(reference)).toBe(
        { zero: 0, negative: -1, nan: Number.NaN, huge: 1, spike: 1 }[value],
      );
    }),
  ),
  story('no_snapshot', 'a subscription begins with nothing (F-31)', async (venue) => {
    await venue.act(Venue.order('70000'));
    venue.forget();
    venue.put('no_snapshot');
    venue.connect();
    expect(venue.frames('subscriptionResponse')).toHaveLength(6);
    expect([...venue.frames('userFills'), ...venue.frames('l2Book')]).toEqual([]);
    await venue.pass(600);
    expect(venue.frames('l2Book').length).toBeGreaterThan(0);
  }),
  story('half_open', 'the socket is open, and nothing flows, neither way (F-34)', async (venue) => {
    venue.put('half_open', { target: { venue: 'hyperliquid' }, forMs: 5_000 });
    venue.forget();
    venue.say({ method: 'ping' });
    await venue.pass(4_900);
    expect([venue.texts.length, venue.closedWith]).toEqual([0, undefined]);
    expect(venue.binanceTexts.length).toBeGreaterThan(10);
    await venue.pass(1_000);
    venue.say({ method: 'ping' });
    expect(venue.frames('pong')).toHaveLength(1);
  }),
  story('clock_offset', "the venue's clock jumps ahead and nonces and expiries with it (F-36)", async (venue) => {
    venue.put('clock_offset', { settings: { ms: 60_000 } });
    const answer = await venue.act(Venue.order(), 0, { expiresAfter: venue.nowMs + 30_000 });
    expect(answer?.body).toContain('expired');
    const status = (await venue.ask({ type: 'exchangeStatus' })) as { time: number };
    expect(status.time - venue.nowMs).toBe(60_000);
  }),
  story('clock_offset', 'a clock that goes too fast', async (venue) => {
    venue.put('clock_offset', { settings: { ms: 0, ppm: 500 } });
    await venue.pass(100_000);
    const status = (await venue.ask({ type: 'exchangeStatus' })) as { time: number };
    expect(status.time - venue.nowMs).toBe(50);
  }),
  story('rate_limited', '429 with Retry-After; who goes on asking is banned, and counted (F-37)', async (venue) => {
    venue.put('rate_limited', { count: 1, settings: { ms: 2_000, strikes: 3, banMs: 10_000 } });
    const first = await venue.http('/info', { type: 'meta' });
    expect([first?.status, first?.headers?.['retry-after']]).toEqual([429, '2']);
    const more = [await venue.act(Venue.order()), await venue.act(Venue.order()), await venue.act(Venue.order())];
    expect(more.map((answer) => answer?.status)).toEqual([429, 429, 403]);
    expect([venue.venue.bans, venue.resting]).toEqual([1, 0]);
    await venue.pass(10_000);
    expect((await venue.act(Venue.order()))?.status).toBe(200);
  }),
  story('rate_limited', 'who waits is never banned', async (venue) => {
    venue.put('rate_limited', { count: 1 });
    await venue.act(Venue.order());
    await venue.pass(2_000);
    expect([(await venue.act(Venue.order()))?.status, venue.venue.bans]).toEqual([200, 0]);
  }),
  story('key_revoked', 'the signer is nobody (F-40)', async (venue) => {
    venue.put('key_revoked', { target: { account: ALICE } });
    expect((await venue.act(Venue.order()))?.body).toContain('does not exist');
    expect(venue.resting).toBe(0);
  }),
  story('nonce_too_old', 'refused for its nonce (F-40)', async (venue) => {
    venue.put('nonce_too_old');
    expect((await venue.act(Venue.order()))?.body).toContain('Invalid nonce');
    expect(venue.resting).toBe(0);
  }),
  story('fill_before_cancel', 'part of it trades before the cancel is done (F-32)', async (venue) => {
    const oid = await venue.rest();
    venue.put('fill_before_cancel', { settings: { share: 0.4 } });
    expect((await venue.act(CANCEL(oid)))?.body).toContain('success');
    const fills = venue.venue.exchange.userFills(ALICE);
    expect(fills.map(({ oid: of, sz }) => [of, sz])).toEqual([[oid, '0.004']]);
    expect(venue.venue.exchange.orderStatus(ALICE, oid)?.status).toBe('canceled');
  }),
  story('fill_before_cancel', 'all of it: there is nothing left to cancel', async (venue) => {
    const oid = await venue.rest();
    venue.put('fill_before_cancel', { settings: { share: 1 } });
    expect((await venue.act(CANCEL(oid)))?.body).toContain('already canceled, or filled');
    expect(venue.venue.exchange.orderStatus(ALICE, oid)?.status).toBe('filled');
  }),
  story('fill_after_cancel', 'success is answered, and it trades after that (F-32)', async (venue) => {
    const oid = await venue.rest();
    venue.put('fill_after_cancel', { settings: { ms: 400, share: 0.5 } });
    expect((await venue.act(CANCEL(oid)))?.body).toContain('success');
    expect([venue.venue.exchange.userFills(ALICE).length, venue.resting]).toEqual([0, 1]);
    await venue.pass(500);
    expect([venue.venue.exchange.userFills(ALICE).length, venue.resting]).toEqual([1, 0]);
  }),
  story('liquidation', 'the venue closes the position and says why (F-38)', async (venue) => {
    await venue.act(Venue.order('70000', undefined, '0.02'));
    venue.put('liquidation');
    await venue.pass(0);
    expect(venue.venue.exchange.clearinghouse(ALICE).positions).toEqual([]);
    expect(JSON.stringify(venue.frames('userFills').at(-1))).toContain('"liquidatedUser"');
  }),
  story('auto_deleveraging', 'the venue takes part of the position (F-38)', async (venue) => {
    await venue.act(Venue.order('70000', undefined, '0.02'));
    venue.put('auto_deleveraging', { settings: { share: 0.5 } });
    await venue.pass(0);
    expect(venue.venue.exchange.clearinghouse(ALICE).positions).toMatchObject([{ szi: '0.01' }]);
    expect(JSON.stringify(venue.frames('userFills').at(-1))).toContain('Auto-Deleveraging');
  }),
  story('halt', 'nothing can be placed until it ends (F-39)', async (venue) => {
    venue.put('halt', { target: { coin: 'BTC' }, afterMs: 100, forMs: 1_000 });
    await venue.pass(200);
    expect((await venue.act(Venue.order()))?.body).toContain('Trading is halted');
    await venue.pass(1_000);
    expect((await venue.act(Venue.order()))?.body).toContain('resting');
  }),
  story('delist', 'orders end and the list says so (F-39)', async (venue) => {
    await venue.rest();
    venue.put('delist');
    await venue.pass(0);
    expect(statuses(venue).at(-1)).toBe('delistedCanceled');
    expect(JSON.stringify(await venue.ask({ type: 'meta' }))).toContain('"isDelisted":true');
  }),
  story('instrument_change', 'coarser lots and ticks, told by the list of assets (F-39)', async (venue) => {
    venue.put('instrument_change', { settings: { fewerDecimals: 3, figures: 3 }, forMs: 1_000 });
    expect(JSON.stringify(await venue.ask({ type: 'meta' }))).toContain('"szDecimals":2');
    expect((await venue.act(Venue.order('40000', undefined, '0.011')))?.body).toContain('invalid size');
    expect((await venue.act(Venue.order('40010')))?.body).toContain('tick size');
    await venue.pass(1_000);
    expect((await venue.act(Venue.order('40010', undefined, '0.011')))?.body).toContain('resting');
  }),
  story('mass_cancel', 'the venue cancels everything (F-37)', async (venue) => {
    await venue.rest();
    venue.put('mass_cancel');
    await venue.pass(0);
    expect([venue.resting, statuses(venue).at(-1)]).toEqual([0, 'canceled']);
  }),
  story('maintenance', 'orders gone, sockets closed, 503 until it is over (F-37)', async (venue) => {
    await venue.rest();
    venue.put('maintenance', { forMs: 5_000 });
    expect([venue.resting, venue.closedWith]).toEqual([0, 1012]);
    expect([(await venue.act(Venue.order()))?.status, (await venue.http('/info', { type: 'meta' }))?.status]).toEqual([
      503, 503,
    ]);
    expect(
      venue.venue.hyperliquid.connect({ isOpen: true, send: () => undefined, close: () => undefined }, '/ws'),
    ).toBeUndefined();
    await venue.pass(5_000);
    expect((await venue.act(Venue.order()))?.body).toContain('resting');
  }),
];

describe('what the venue can be told to do wrong, on the raw wire', () => {
  it.each(STORIES.map((one) => [one.fault, one.shows, one.run] as const))('%s: %s', async (fault, _shows, run) => {
    const venue = await Venue.open();
    await run(venue);
    expect(venue.venue.director.book.entries().some((entry) => entry.fault === fault && entry.what !== 'put')).toBe(
      true,
    );
    venue.venue.stop();
  });

  it('every fault of the catalogue has a story', () => {
    const told = new Set(STORIES.map(({ fault }) => fault));
    expect(FAULT_NAMES.filter((name) => !told.has(name))).toEqual([]);
  });

  it('the same seed does the same to the same messages, and the log says what', async () => {
    const run = async (): Promise<[readonly string[], unknown]> => {
      const venue = await Venue.open();
      venue.put('drop', { rate: 0.3, target: { lane: 'public' } });
      venue.put('delay', { rate: 0.5, settings: { ms: 50, jitterMs: 400 } });
      for (let i = 0; i < 10; i += 1) {
        await venue.act(Venue.order(String(40_000 + i)), 500);
      }
      venue.venue.stop();
      return [venue.texts, venue.venue.director.book.entries()];
    };
    const [first, again] = [await run(), await run()];
    expect(first[0].length).toBeGreaterThan(50);
    expect(again).toEqual(first);
  });

  it('with rules that are gone nothing is late any more', async () => {
    const venue = await Venue.open();
    venue.put('delay', { settings: { ms: 200 } });
    venue.venue.director.clear();
    await venue.rest();
    expect(statuses(venue)).toEqual(['open']);
  });
});
