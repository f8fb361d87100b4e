import type { KillReport } from '@argosy/contracts';
import { Fault, InvariantViolation, parseAmount, parseQuantity, timeNs } from '@argosy/domain';
import { settled } from '@argosy/testing';
import { JournalWriter } from './journal-writer.js';
import { codeOf, FaultyJournal, FleetOfOne, MAIN, RecordingLogger } from './testing/fleet-of-one.js';
import { ManualTime } from '@argosy/testing';

const KILL = { actor: 'ann', reason: 'fire', killId: 'k1' };
const RESUME = { actor: 'bob', reason: 'fire is out' };
const DOWN = new Fault('STORE_UNAVAILABLE', 'the journal is gone');

const reportOf = (fleet: FleetOfOne): KillReport => {
  const report = fleet.service.killReport({ killId: '' });
  if (!report.ok) throw new Error(report.refusal.code);
  return report.value;
};

describe('the kill switch at execution', () => {
  it('shuts the gate before anything is awaited, cancels, and gives a receipt (I-11, RK-3)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const killing = fleet.service.kill(KILL);
    expect(fleet.gate.killed).toBe(true);
    expect(fleet.venue.cancelled).toHaveLength(1);
    expect(codeOf(await fleet.place('r2'))).toBe('kill_switch_active');
    expect(await killing).toMatchObject({
      ok: true,
      value: { killId: 'k1', service: 'execution', cancelRequested: [order.clientOrderId], inDoubt: [] },
    });
    await settled();
    expect(fleet.order('r1').state).toBe('cancelled');
  });

  it('its list says filled of what filled after the venue had called it cancelled (I-16, 5.6)', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    await fleet.service.kill(KILL);
    await settled();
    expect(reportOf(fleet).orders).toMatchObject([{ outcome: 'cancelled' }]);
    fleet.venue.handlers?.onFill(fleet.fillOf(order, 'f1', order.quantity));
    await settled();
    expect(reportOf(fleet).orders).toMatchObject([{ outcome: 'filled', filledQuantity: order.quantity }]);
  });

  it('stops what is being made durable: its bytes never leave and it does not stay open', async () => {
    const fleet = await new FleetOfOne().start();
    let durable = (): void => undefined;
    fleet.journal.hold = new Promise((resolve) => (durable = resolve));
    const answer = fleet.place('r1');
    await settled();
    void fleet.service.kill(KILL);
    durable();
    expect(codeOf(await answer)).not.toBe('ok');
    await settled();
    expect([fleet.venue.placed, fleet.trader.open()]).toEqual([[], []]);
  });

  it('holds over a restart (I-12) until a person resumes', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.service.kill(KILL);
    await fleet.restart();
    expect(codeOf(await fleet.place('r1'))).toBe('kill_switch_active');
    expect(codeOf(await fleet.service.resume({ ...RESUME, reason: ' ' }))).toBe('invalid_request');
    expect(codeOf(await fleet.service.resume(RESUME))).toBe('ok');
    expect(codeOf(await fleet.place('r2'))).toBe('ok');
  });

  it('is stored later when the journal is away, and holds meanwhile (I-12)', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.journal.fault = DOWN;
    expect(await fleet.service.kill(KILL)).toMatchObject({ ok: true, value: { durable: false } });
    expect(fleet.gate.killed).toBe(true);
    await fleet.pass(1_000);
    expect(reportOf(fleet).parties).toMatchObject([{ service: 'execution', confirmed: false }]);
    fleet.journal.fault = undefined;
    await fleet.pass(1_000);
    expect(reportOf(fleet).parties).toMatchObject([{ service: 'execution', confirmed: true }]);
    await fleet.restart();
    expect(fleet.gate.killed).toBe(true);
  });

  it('is acknowledged at once while the journal hangs, and says what is not durable (F-28)', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.journal.hangs = true;
    const killing = fleet.service.kill(KILL);
    await fleet.time.advanceAsync(40);
    expect(await killing).toMatchObject({ ok: true, value: { durable: false, killId: 'k1' } });
  });

  it('counts what its cancels took into the time of its answer (F-28)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('r1');
    fleet.journal.hangs = true;
    const cancel = fleet.venue.cancel.bind(fleet.venue);
    fleet.venue.cancel = (wanted) => {
      fleet.time.advance(30);
      return cancel(wanted);
    };
    let isAnswered = false;
    void fleet.service.kill(KILL).then(() => (isAnswered = true));
    await fleet.time.advanceAsync(10);
    expect(isAnswered).toBe(true);
  });

  it('is latched here too when only risk has heard of it, and a late word does not bring back a lifted one', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const kill = { ...KILL, at: fleet.time.clock.now() };
    fleet.enable({ kill });
    await settled();
    expect([fleet.gate.killed, fleet.order('r1').state]).toEqual([true, 'cancelled']);
    expect(reportOf(fleet)).toMatchObject({ killId: 'k1', orders: [{ clientOrderId: order.clientOrderId }] });
    expect(codeOf(await fleet.service.resume(RESUME))).toBe('ok');
    fleet.enable({ kill });
    expect(fleet.gate.killed).toBe(false);
  });

  it('is answered before all of many cancels have left, and none is left behind', async () => {
    const fleet = await new FleetOfOne({ rateLimitFactor: 100, finishedOrdersKept: 200 }).start();
    for (let order = 0; order < 100; order += 1)
      await fleet.placed(`r${String(order)}`, {
        strategyId: `s-${String(order)}` as never,
        quantity: parseQuantity('0.001'),
      });
    const receipt = await fleet.service.kill(KILL);
    expect(receipt).toMatchObject({ ok: true, value: { killId: 'k1' } });
    expect(fleet.venue.cancelled).toHaveLength(64);
    await fleet.time.advanceAsync(1);
    expect(fleet.venue.cancelled).toHaveLength(100);
    await settled();
    expect(reportOf(fleet).orders.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 100 }, () => 'cancelled'),
    );
  });

  it('ends with a list: every order cancelled, filled or for a person, after a second sweep (I-16)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.placed('works');
    const filled = await fleet.placed('fills');
    fleet.venue.placeAnswers.push(new Fault('OUTCOME_UNKNOWN', 'no answer'));
    await fleet.placed('hangs', { instrumentId: filled.instrumentId });
    const unknown = { outcome: 'unknown_order', reason: 'never heard of' } as const;
    fleet.venue.cancelAnswers.push({ outcome: 'cancelled' }, ...Array.from({ length: 100 }, () => unknown));
    fleet.venue.handlers?.onFill(fleet.fillOf(filled, 'f1', filled.quantity));
    fleet.venue.status = new Fault('VENUE_UNAVAILABLE', 'gone');
    await fleet.service.kill(KILL);
    await settled();
    const outcomes = () => reportOf(fleet).orders.map(({ outcome }) => outcome);
    expect(outcomes()).toEqual(['cancelled', 'pending']);
    expect(reportOf(fleet)).toMatchObject({ complete: false, secondSweepNs: 0n });
    await fleet.pass(4_000);
    expect(reportOf(fleet).secondSweepNs).toBeGreaterThan(0n);
    await fleet.pass(27_000);
    expect(outcomes()).toEqual(['cancelled', 'could_not_cancel']);
    expect(reportOf(fleet)).toMatchObject({ complete: true, allCancelledNs: 0n });
  });

  it('kills by itself when the account has lost three percent of its day, whoever else sleeps (RK-2)', async () => {
    const fleet = await new FleetOfOne().start();
    const { state } = fleet.venue;
    const day = BigInt(24 * 3_600) * 1_000_000_000n;
    const at = (equity: string, ns: bigint): void => {
      fleet.venue.state = { ...state, equity: parseAmount(equity), venueTimeNs: timeNs(state.venueTimeNs + ns) };
    };
    at('97001', day / 2n);
    await fleet.pass(3_000);
    expect(fleet.gate.killed).toBe(false);
    await fleet.restart();
    at('97000', day / 2n + 1n);
    await fleet.pass(3_000);
    expect([fleet.gate.killed, reportOf(fleet).actor]).toEqual([true, 'execution']);
  });

  it('goes on under the next leader, who lists what has ended and what is still open', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.venue.cancelAnswers.push({ outcome: 'cancelled' }, new Fault('OUTCOME_UNKNOWN', 'no answer'));
    const ended = await fleet.placed('r1');
    const order = await fleet.placed('r2', { strategyId: 'other-1' as never });
    await fleet.service.kill(KILL);
    const killedAt = reportOf(fleet).gateShutNs;
    await settled();
    fleet.venue.listed = [fleet.report(order, {})];
    await fleet.time.advanceAsync(500);
    await fleet.restart();
    expect(reportOf(fleet)).toMatchObject({ killId: 'k1', actor: 'ann', gateShutNs: killedAt });
    const ids = reportOf(fleet).orders.map(({ clientOrderId }) => clientOrderId);
    expect(ids).toEqual([ended.clientOrderId, order.clientOrderId]);
  });

  it('wins over a resume that was under way (F-29)', async () => {
    const fleet = await new FleetOfOne().start();
    await fleet.service.kill(KILL);
    const resuming = fleet.service.resume(RESUME);
    const killing = fleet.service.kill({ ...KILL, killId: 'k2' });
    expect(codeOf(await resuming)).toBe('kill_switch_active');
    expect(await killing).toMatchObject({ ok: true, value: { killId: 'k2' } });
    await fleet.restart();
    expect(fleet.gate.killed).toBe(true);
  });

  it('asks again for what lives on, once a second and not with every tick', async () => {
    const fleet = await new FleetOfOne().start();
    const order = await fleet.placed('r1');
    const refused = { outcome: 'rejected', reason: 'busy' } as const;
    fleet.venue.cancelAnswers.push(refused, refused);
    fleet.venue.status = fleet.report(order, {});
    fleet.venue.listed = [fleet.report(order, {})];
    await fleet.service.kill(KILL);
    await fleet.pass(3_000);
    expect(fleet.order('r1').state).toBe('cancelled');
    expect(fleet.venue.cancelled).toHaveLength(3);
  });
});

describe('publishing', () => {
  it('loses nothing over an outage of the bus and of the journal together, and keeps the order (I-44, I-45)', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.bus.disconnect();
    await fleet.placed('r1').catch(() => undefined);
    fleet.journal.fault = DOWN;
    await fleet.pass(1_000);
    fleet.bus.reconnect();
    fleet.journal.fault = undefined;
    await fleet.pass(2_000);
    await fleet.placed('r2');
    const sequences = fleet.events().map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => BigInt(index + 1)));
    expect(fleet.events().filter(({ fact }) => fact.kind === 'order_changed').length).toBeGreaterThanOrEqual(4);
  });

  it('publishes after a restart what the last process could not', async () => {
    const fleet = await new FleetOfOne().start();
    fleet.bus.disconnect();
    await fleet.place('r1');
    await settled();
    await fleet.restart();
    expect(fleet.order('r1')).toBeDefined();
  });
});

describe('a journal that says our rows are wrong', () => {
  it('ends the process by an uncaught error and leaves nobody hanging', async () => {
    const time = new ManualTime();
    const journal = new FaultyJournal();
    const bug = new InvariantViolation('a nonce twice');
    journal.write = () => Promise.reject(bug);
    const writer = new JournalWriter(
      { accountId: MAIN, epoch: 1 },
      { journal, clock: time.clock, timers: time.timers, logger: new RecordingLogger() },
      { queueLimit: 10, onDurable: () => undefined, onStaleEpoch: () => undefined },
    );
    const first = writer.write({});
    const flushed = writer.flush();
    await expect(first).rejects.toBe(bug);
    await expect(flushed).rejects.toBe(bug);
    await expect(writer.write({})).rejects.toBe(bug);
    expect(writer.accepting).toBe(false);
  });
});
