import { type Amount, Fault, format, msToNs, parseAmount, timeNs } from '@argosy/domain';
import { A_MOMENT } from '@argosy/testing';
import { FleetOfOne } from './testing/fleet-of-one.js';

const at = (seconds: number) => timeNs(A_MOMENT + msToNs(seconds * 1_000));
const paid = (amount: string, seconds: number, transferId = `${amount}-${String(seconds)}`) => ({
  transferId,
  amount: parseAmount(amount),
  venueTimeNs: at(seconds),
});
/** At a venue that tells of transfers, or of none. */
const started = (transfers: FleetOfOne['venue']['transfers']): Promise<FleetOfOne> => {
  const fleet = new FleetOfOne();
  fleet.venue.transfers = transfers;
  return fleet.start();
};
/** The venue's next word on an account without positions. */
async function observe(fleet: FleetOfOne, equity: string, seconds: number): Promise<void> {
  const value = parseAmount(equity);
  fleet.venue.state = { ...fleet.venue.state, equity: value, cash: value, rawCash: value, venueTimeNs: at(seconds) };
  await fleet.time.advanceAsync(2_000);
}
const netOf = (fleet: FleetOfOne): string | undefined => {
  const net = fleet.trader.exposure().observed?.netTransfers;
  return net === undefined ? undefined : format(net);
};
/** What the account made by trading, as risk takes it. */
const resultOf = (fleet: FleetOfOne): string => {
  const observed = fleet.trader.exposure().observed;
  return format(((observed?.equity ?? 0n) - (observed?.netTransfers ?? 0n)) as Amount);
};

describe('what was paid into the account and taken out of it (RK-2)', () => {
  it('a deposit of 10,000 during a loss of 5 % does not lift the loss, and a withdrawal is none', async () => {
    const fleet = await started([]);
    await observe(fleet, '100000', 2);
    await observe(fleet, '98000', 4);
    fleet.venue.transfers = [paid('10000', 5)];
    await observe(fleet, '105000', 6);
    expect([netOf(fleet), resultOf(fleet)]).toEqual(['10000', '95000']);
    fleet.venue.transfers = [paid('10000', 5), paid('-40000', 7)];
    await observe(fleet, '65000', 8);
    expect([netOf(fleet), resultOf(fleet)]).toEqual(['-30000', '95000']);
  });

  it('counts from where the books begin, the same after a restart and for the next leader', async () => {
    const fleet = await started([paid('1000000', -3_600), paid('500', 1)]);
    await observe(fleet, '100500', 2);
    expect(netOf(fleet)).toBe('500');
    await fleet.restart();
    fleet.venue.transfers = [paid('1000000', -3_600), paid('500', 1), paid('250', 3)];
    await observe(fleet, '100750', 4);
    expect(netOf(fleet)).toBe('750');
  });

  it('a transfer that the state is older than is not in it yet, and one that comes late is asked for again', async () => {
    const fleet = await started([]);
    await observe(fleet, '100000', 2);
    await observe(fleet, '110000', 4);
    expect(netOf(fleet)).toBe('0');
    fleet.venue.transfers = [paid('10000', 4), paid('7', 60)];
    await observe(fleet, '110000', 6);
    expect(netOf(fleet)).toBe('10000');
  });

  it('asks seldom while nothing moves, and says nothing where the venue does not tell', async () => {
    const fleet = await started([]);
    await observe(fleet, '100000', 2);
    const before = fleet.venue.transfersAsked;
    await fleet.time.advanceAsync(180_000);
    expect(fleet.venue.transfersAsked - before).toBeLessThanOrEqual(4);
    const silent = await started(undefined);
    await observe(silent, '120000', 2);
    expect(netOf(silent)).toBeUndefined();
  });

  it('a venue that does not answer costs no observation: what was known goes on', async () => {
    const fleet = await started([paid('500', 1)]);
    await observe(fleet, '100500', 2);
    fleet.venue.transfersSince = () => Promise.reject(new Fault('VENUE_UNAVAILABLE', 'away'));
    await observe(fleet, '90500', 4);
    expect([netOf(fleet), resultOf(fleet)]).toEqual(['500', '90000']);
    expect(fleet.logger.count('sweep_failed')).toBeGreaterThan(0);
  });
});
