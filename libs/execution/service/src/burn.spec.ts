import { Fault } from '@argosy/domain';
import { settled } from '@argosy/testing';
import { codeOf, FleetOfOne } from './testing/fleet-of-one.js';

const SILENCE = new Fault('OUTCOME_UNKNOWN', 'no answer');

const inDoubt = async (): Promise<FleetOfOne> => {
  const fleet = await new FleetOfOne().start();
  fleet.venue.placeAnswers.push(SILENCE);
  await fleet.placed('r1');
  expect(fleet.order('r1').state).toBe('in_doubt');
  return fleet;
};

describe('an order in doubt whose nonce is spent on nothing (EX-7)', () => {
  it('can never land: known at once, long before expiry and visibility lag', async () => {
    const fleet = await inDoubt();
    fleet.venue.burnAnswers.push('burnt');
    await fleet.pass(300);
    expect(fleet.venue.burnt).toEqual([fleet.venue.placed[0]?.nonce]);
    expect(fleet.order('r1')).toMatchObject({ state: 'rejected', reason: 'its nonce is burnt' });
    expect(codeOf(await fleet.place('r2'))).toBe('ok');
  });

  it('is looked up when somebody had spent the nonce: the order lives', async () => {
    const fleet = await inDoubt();
    fleet.venue.burnAnswers.push('already_used');
    await fleet.pass(300);
    expect(fleet.order('r1').state).toBe('in_doubt');
    fleet.venue.status = fleet.report(fleet.order('r1'), {});
    await fleet.pass(600);
    expect(fleet.order('r1').state).toBe('working');
    expect(fleet.venue.burnt).toHaveLength(1);
  });

  it('stays in doubt while no burn is answered, and is asked again', async () => {
    const fleet = await inDoubt();
    await fleet.pass(1_200);
    expect(fleet.order('r1').state).toBe('in_doubt');
    expect(fleet.venue.burnt.length).toBeGreaterThan(1);
  });

  it('is never burnt with another key: that would prove nothing', async () => {
    const fleet = await inDoubt();
    fleet.signer = '0xbb';
    await fleet.restart();
    fleet.venue.burnAnswers.push('burnt');
    await settled();
    await fleet.pass(1_000);
    expect(fleet.venue.burnt).toEqual([]);
    expect(fleet.trader.inDoubt()).toHaveLength(1);
  });
});
