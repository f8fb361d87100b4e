import type { TradingState } from '@argosy/contracts';
import { stateMode, type ModeCause } from '@argosy/domain';
import { intended, sentOrder, Story } from './checkers.fixture.js';
import { ModesChecker } from './modes.checker.js';

const story = (): Story<ModesChecker> => new Story((world, coverage) => new ModesChecker(world, coverage));
const cause = (component: string, health: string, mode: string): ModeCause =>
  ({ component, health, mode, reason: 'why' }) as ModeCause;
const stated = (causes: readonly ModeCause[], changes: Partial<TradingState> = {}): TradingState =>
  ({ mode: stateMode(causes), accounts: new Map(), ...changes }) as TradingState;
const BREAKER = cause('circuit_breaker', 'tripped', 'reduce_only');
const POSTGRES = cause('postgres', 'unreachable', 'cancel_only');

describe('degradation (I-60)', () => {
  it('is as declared: the strictest of its causes', () => {
    const { checker, violations } = story();
    checker.stated(stated([BREAKER, POSTGRES]));
    checker.stated(stated([]));
    expect(violations).toEqual([]);
  });

  it.each<[string, TradingState, string]>([
    [
      'a part that costs less than declared',
      stated([cause('postgres', 'unreachable', 'reduce_only')]),
      'I-60 postgres unreachable is reduce_only, declared is cancel_only',
    ],
    [
      'a part that nobody declared',
      stated([cause('moon', 'full', 'halted')]),
      'I-60 moon full is halted, declared is nothing',
    ],
    [
      'a step sideways',
      stated([POSTGRES], { mode: { mode: 'reduce_only', causes: [POSTGRES] } }),
      'I-60 the fleet is reduce_only, its causes make it cancel_only',
    ],
    ['a kill that does not halt', stated([], { kill: {} as never }), 'I-60 killed, and the mode is full'],
  ])('is not %s', (_story, state, found) => {
    const one = story();
    one.checker.stated(state);
    expect(one.violations).toEqual([found]);
  });

  it('holds for the bytes: reductions alone in reduce-only, nothing in cancel-only', async () => {
    const one = await story().at(10);
    one.checker.wrote(intended('a0', { reduceOnly: true }));
    one.checker.stated(stated([BREAKER]));
    await one.at(14);
    one.checker.sent(one.process(), sentOrder('b0'));
    await one.at(20);
    one.checker.sent(one.process(), sentOrder('a0'));
    expect(one.violations).toEqual([]);
    one.checker.sent(one.process(), sentOrder('b1'));
    one.checker.stated(stated([POSTGRES]));
    await one.at(30);
    one.checker.sent(one.process(), sentOrder('a0'));
    expect(one.violations).toEqual([
      'I-60 execution-a#1 sent b1 though the fleet is reduce_only or stricter for 10 s',
      'I-60 execution-a#1 sent a0 though the fleet is cancel_only or stricter for 10 s',
    ]);
  });

  it('ends when a statement says so', async () => {
    const one = await story().at(10);
    one.checker.stated(stated([BREAKER]));
    await one.at(20);
    one.checker.stated(stated([]));
    one.checker.sent(one.process(), sentOrder('b0'));
    expect(one.violations).toEqual([]);
  });
});
