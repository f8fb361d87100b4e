import { Fault, makeClientOrderId, parseQuantity } from '@argosy/domain';
import { settled } from '@argosy/testing';
import { codeOf, FleetOfOne, MAIN } from './testing/fleet-of-one.js';

const modeOf = (fleet: FleetOfOne): string => fleet.gate.modeOf(MAIN).mode;
const limited = { kind: 'rate_limited', reason: '429', retryAfterMs: 5_000 } as const;

describe('what stands between an order and the venue', () => {
  const reportOf = (fleet: FleetOfOne, origin: Parameters<typeof makeClientOrderId>[0]) => {
    const clientOrderId = makeClientOrderId(origin);
    return fleet.report(fleet.order('r1'), { clientOrderId, venueOrderId: '77' as never });
  };

  it('an order of another fleet on the account stops trading at once; it is left alone, ours are pulled (I-02)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('r1');
    fleet.venue.handlers?.onOrder(reportOf(fleet, { fleet: 2, account: 7, epoch: 1, sequence: 4n }));
    expect(codeOf(await fleet.place('r2'))).toBe('trading_restricted');
    expect([modeOf(fleet), fleet.logger.count('venue_stopped')]).toEqual(['halted', 1]);
    await fleet.pass(1_000);
    expect(fleet.order('r1').state).toBe('cancelled');
    expect(fleet.venue.cancelled).toHaveLength(1);
  });

  it('an order of a later epoch is proof of a newer leader: gone at once, its orders untouched (I-01, I-09)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('r1');
    fleet.venue.handlers?.onOrder(reportOf(fleet, { fleet: 1, account: 7, epoch: 9, sequence: 4n }));
    expect(fleet.lost).toHaveLength(1);
    await fleet.pass(2_000);
    expect([fleet.venue.cancelled, fleet.trader.open().length]).toEqual([[], 1]);
  });

  it('a fill of a stranger without an id of ours is external, and trading goes on (EX-7)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const { clientOrderId: _, ...fill } = fleet.fillOf(order, 'f9', parseQuantity('0.1'));
    fleet.venue.handlers?.onFill({ ...fill, venueOrderId: '99' as never });
    await settled();
    expect(modeOf(fleet)).toBe('full');
    expect(codeOf(await fleet.place('r2'))).toBe('ok');
  });

  it('a clock that cannot be read lets nothing new out, until it can (I-56)', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.down = new Fault('VENUE_UNAVAILABLE', 'gone');
    await fleet.pass(95_000);
    expect(modeOf(fleet)).toBe('cancel_only');
    expect(codeOf(await fleet.place('r1'))).toBe('trading_restricted');
    fleet.venue.down = undefined;
    await fleet.pass(20_000);
    expect(codeOf(await fleet.place('r2'))).toBe('ok');
  });

  it('too many requests: orders rest as long as the venue says, cancels still leave (EX-6, 5.10)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    fleet.venue.handlers?.onTrouble?.(limited);
    expect(codeOf(await fleet.place('r2'))).toBe('trading_restricted');
    expect(codeOf(await fleet.place('r3', { reduceOnly: true }))).not.toBe('ok');
    expect(fleet.venue.placed).toHaveLength(1);
    expect(fleet.trader.cancel(order, 'test').ok).toBe(true);
    expect(fleet.venue.cancelled).toHaveLength(1);
    await fleet.pass(6_000);
    expect(codeOf(await fleet.place('r4'))).toBe('ok');
  });

  it('a request that came too late has the venue clock looked at, once a second at most (F-36)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.pass(1_100);
    let looks = 0;
    const serverTime = fleet.venue.serverTime.bind(fleet.venue);
    fleet.venue.serverTime = () => {
      looks += 1;
      return serverTime();
    };
    const expired = (): void => fleet.venue.handlers?.onTrouble?.({ kind: 'expired', reason: 'too late' } as never);
    for (let times = 0; times < 5; times += 1) expired();
    expect(looks).toBe(1);
    await fleet.pass(1_000);
    expired();
    expect(looks).toBe(2);
  });

  it('events that nobody can hear of leave reductions only, and say so, until they are stored (I-44, I-60, F-14)', async () => {
    const fleet = await new FleetOfOne().start();
    const publish = fleet.bus.publishDurable.bind(fleet.bus);
    fleet.bus.publishDurable = () => Promise.reject(new Fault('SERVICE_UNAVAILABLE', 'the stream refused it'));
    await fleet.placed('r1');
    await fleet.pass(4_000);
    expect(modeOf(fleet)).toBe('full');
    await fleet.pass(2_000);
    expect(fleet.gate.modeOf(MAIN)).toMatchObject({ mode: 'reduce_only', causes: [{ component: 'nats' }] });
    expect(codeOf(await fleet.place('r2'))).toBe('trading_restricted');
    fleet.bus.publishDurable = publish;
    await fleet.pass(1_000);
    expect(codeOf(await fleet.place('r3'))).toBe('ok');
  });

  it('a refused key halts for good: it does not heal by itself (F-40)', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.handlers?.onTrouble?.({ kind: 'key_refused', reason: 'Agent not found' });
    await fleet.pass(60_000);
    expect([modeOf(fleet), fleet.gate.modeOf(MAIN).causes[0]?.health]).toEqual(['halted', 'key_revoked']);
    expect(fleet.service.status().venues).toMatchObject([{ reason: expect.stringContaining('halted (venue:') }]);
  });

  it('a venue that is not connected takes no order, and says so', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.connected = false;
    await fleet.pass(1_000);
    expect(modeOf(fleet)).toBe('cancel_only');
  });

  it('the dead-man switch is kept alive by the leader alone and let go without orders', async () => {
    const leader = await new FleetOfOne().start();
    const standby = await new FleetOfOne({}, leader).standBy();
    await leader.placed('r1');
    await leader.pass(12_000);
    expect(leader.venue.armed.filter((at) => at !== undefined).length).toBeGreaterThan(1);
    expect(standby.venue.armed).toEqual([]);
    leader.trader.cancel(leader.order('r1'), 'test');
    await leader.pass(12_000);
    expect(leader.venue.armed.at(-1)).toBeUndefined();
  });
});
