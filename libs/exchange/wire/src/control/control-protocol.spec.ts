import { VENUE_LIMITS } from '@argosy/exchange-core';
import { ALICE, Venue } from '../faults/venue.fixture.js';

async function call(venue: Venue, method: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const [plain = '', query = ''] = path.split('?');
  const answer = await venue.venue.control.request({
    method,
    path: plain,
    query: new URLSearchParams(query),
    body: typeof body === 'string' ? body : JSON.stringify(body ?? ''),
  });
  return [answer.status, JSON.parse(answer.body)];
}

describe('the control port', () => {
  it('puts, shows and deletes a rule, and the log says what it did', async () => {
    const venue = await Venue.open();
    const [status, view] = await call(venue, 'PUT', '/faults/rules/slow', {
      fault: 'delay',
      target: { lane: 'request' },
    });
    expect([status, view]).toMatchObject([
      200,
      { id: 'slow', state: 'active', acted: 0, rule: { settings: { ms: 500 } } },
    ]);
    await venue.act(Venue.order(), 600);
    expect(await call(venue, 'GET', '/faults')).toMatchObject([200, { seed: 1, rules: [{ id: 'slow', acted: 1 }] }]);
    const [, log] = await call(venue, 'GET', '/faults/log?after=1');
    expect(log).toMatchObject({
      entries: [{ id: 'slow', what: 'acted', on: { lane: 'request' } }],
      next: 2,
      forgotten: 0,
    });
    expect((await call(venue, 'DELETE', '/faults/rules/slow'))[0]).toBe(200);
    expect(await call(venue, 'GET', '/faults')).toMatchObject([200, { rules: [] }]);
    expect((await call(venue, 'DELETE', '/faults/rules/slow'))[0]).toBe(404);
  });

  it('takes a whole plan, and nothing of one that is wrong', async () => {
    const venue = await Venue.open();
    const plan = { seed: 7, rules: { a: { fault: 'drop', rate: 0.1 }, b: { fault: 'halt' } } };
    expect(await call(venue, 'PUT', '/faults', plan)).toMatchObject([
      200,
      { seed: 7, rules: [{ id: 'a' }, { id: 'b' }] },
    ]);
    expect(venue.venue.exchange.instrument(0).status).toBe('halted');
    const [status, problem] = await call(venue, 'PUT', '/faults', { rules: { c: { fault: 'nothing' } } });
    expect([status, problem]).toMatchObject([400, { error: { code: 'FAULT_PLAN_INVALID' } }]);
    expect(await call(venue, 'GET', '/faults')).toMatchObject([200, { rules: [{ id: 'a' }, { id: 'b' }] }]);
    await call(venue, 'DELETE', '/faults');
    expect(venue.venue.exchange.instrument(0).status).toBe('trading');
  });

  it('pays in and out, and the venue says so in its history (RK)', async () => {
    const venue = await Venue.open();
    const user = ALICE;
    const before = Number(venue.venue.exchange.clearinghouse(user).accountValue);
    expect((await call(venue, 'POST', `/accounts/${user}/deposit`, { amount: '10000' }))[0]).toBe(200);
    expect((await call(venue, 'POST', `/accounts/${user}/withdraw`, { amount: '2500.5' }))[0]).toBe(200);
    expect(await call(venue, 'POST', `/accounts/${user}/withdraw`, { amount: '999999999' })).toMatchObject([
      409,
      { error: { code: 'TRANSFER_REFUSED' } },
    ]);
    expect((await call(venue, 'POST', `/accounts/${user}/deposit`, { amount: 5 }))[0]).toBe(400);
    expect((await call(venue, 'GET', `/accounts/${user}/deposit`))[0]).toBe(405);
    expect(Number(venue.venue.exchange.clearinghouse(user).accountValue) - before).toBeCloseTo(7_499.5, 6);
    const { deposits, accountValues } = venue.venue.exchange.conservation();
    expect(Number(accountValues)).toBeCloseTo(Number(deposits), 4);
    expect(await venue.ask({ type: 'userNonFundingLedgerUpdates', user, startTime: 0 })).toMatchObject([
      { delta: { type: 'deposit' } },
      { delta: { type: 'deposit', usdc: '10000.0' } },
      { delta: { type: 'withdraw', usdc: '2500.5', fee: '0.0' } },
    ]);
  });

  it("pages through the venue's truth, and tells its figures", async () => {
    const venue = await Venue.open();
    await venue.act(Venue.order());
    await venue.act({ type: 'noop' });
    const [, first] = await call(venue, 'GET', '/truth?limit=2');
    expect(first).toMatchObject({ entries: [{ seq: 1 }, { seq: 2 }], next: 2, forgotten: 0 });
    const [, rest] = await call(venue, 'GET', '/truth?after=2');
    expect(rest).toMatchObject({ entries: [{ seq: 3, kind: 'nonce', action: 'noop' }], next: 3 });
    expect(await call(venue, 'GET', '/figures')).toEqual([200, { bans: 0, truth: 3, faults: 0 }]);
    expect(await call(venue, 'GET', '/health')).toMatchObject([
      200,
      { status: 'ok', market: 'synthetic', playback: 'playing' },
    ]);
  });

  it.each([
    ['PUT', '/faults/rules/a', '{', 400, 'FAULT_RULE_INVALID'],
    ['PUT', '/faults/rules/a%20b', {}, 400, 'FAULT_RULE_INVALID'],
    ['POST', '/faults/rules/a', {}, 405, 'CONTROL_METHOD_UNKNOWN'],
    ['POST', '/faults', {}, 405, 'CONTROL_METHOD_UNKNOWN'],
    ['PUT', '/truth', {}, 405, 'CONTROL_METHOD_UNKNOWN'],
    ['GET', '/faults/rules/nobody', undefined, 404, 'FAULT_RULE_UNKNOWN'],
    ['GET', '/elsewhere', undefined, 404, 'CONTROL_PATH_UNKNOWN'],
    ['GET', '/truth?after=x', undefined, 400, 'CONTROL_PAGE_INVALID'],
    ['GET', '/truth?limit=100000', undefined, 400, 'CONTROL_PAGE_INVALID'],
  ])('%s %s with %j is refused with %d %s', async (method, path, body, status, code) => {
    const venue = await Venue.open();
    expect(await call(venue, method, path, body)).toMatchObject([status, { error: { code } }]);
  });
});

describe('rate limits on the wire (EX-1)', () => {
  it("holds a caller to the venue's own, and says when to come back", async () => {
    const venue = await Venue.open({ limits: { ...VENUE_LIMITS, weightPerMinute: 40 } });
    const question = { type: 'meta' };
    const statuses = [
      (await venue.http('/info', question))?.status,
      (await venue.http('/info', question))?.status,
      await venue.http('/info', question),
    ];
    expect(statuses).toMatchObject([200, 200, { status: 429, headers: { 'retry-after': '30' } }]);
    await venue.pass(30_000);
    expect((await venue.http('/info', question))?.status).toBe(200);
    expect(venue.venue.bans).toBe(0);
  });
});
