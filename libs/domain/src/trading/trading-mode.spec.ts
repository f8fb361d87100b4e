import fc from 'fast-check';
import {
  admitsOrder,
  describeMode,
  FULL_MODE,
  isStricter,
  MODE_COMPONENTS,
  MODE_TABLE,
  type ModeCause,
  modeCause,
  stateMode,
  strictest,
  TRADING_MODES,
  type TradingMode,
  underFleet,
} from './trading-mode.js';

const modes = fc.array(fc.constantFrom(...TRADING_MODES), { maxLength: 8 });
const rows = MODE_COMPONENTS.flatMap((component) =>
  Object.keys(MODE_TABLE[component]).map((health) => [component, health] as const),
);
const causeOf = ([component, health]: (typeof rows)[number]): ModeCause | undefined =>
  modeCause(component, health as never);

const stories: ReadonlyArray<readonly [string, ReadonlyArray<ModeCause | undefined>, TradingMode]> = [
  ['nothing is wrong', [modeCause('postgres', 'ok'), modeCause('venue', 'ok')], 'full'],
  ['a reference feed is stale', [modeCause('market_data', 'degraded')], 'reduce_only'],
  ['the breaker is tripped', [modeCause('circuit_breaker', 'tripped')], 'reduce_only'],
  ['nobody knows the equity', [modeCause('loss_limit', 'unknown')], 'reduce_only'],
  [
    'Postgres is gone while a feed is stale',
    [modeCause('market_data', 'degraded'), modeCause('postgres', 'unreachable')],
    'cancel_only',
  ],
  ['the clock is not sure (I-56)', [modeCause('clock', 'uncertain')], 'cancel_only'],
  ['the halt state is not known (I-13)', [modeCause('kill', 'unknown')], 'cancel_only'],
  ['somebody else trades on the account', [modeCause('venue', 'foreign_epoch')], 'halted'],
  ['a kill outranks everything (RK-3)', [modeCause('venue', 'degraded'), modeCause('kill', 'latched')], 'halted'],
];

describe('the trading mode (I-60)', () => {
  it.each(stories)('%s', (_story, causes, mode) => {
    expect(stateMode(causes).mode).toBe(mode);
  });

  it('every part of the fleet has a row for ok, and ok costs nothing', () => {
    for (const component of MODE_COMPONENTS) expect(modeCause(component, 'ok')).toBeUndefined();
  });

  it('every other health takes something away and says why', () => {
    for (const row of rows.filter(([, health]) => health !== 'ok')) {
      const cause = causeOf(row);
      expect([row, isStricter(cause?.mode ?? 'full', 'full'), cause?.reason]).toEqual([
        row,
        true,
        expect.stringMatching(/\S/),
      ]);
    }
  });

  it('a further cause never allows more, in whatever order causes come: never sideways', () => {
    const some = fc.array(fc.constantFrom(...rows), { maxLength: 6 });
    fc.assert(
      fc.property(some, fc.constantFrom(...rows), (before, next) => {
        const was = stateMode(before.map(causeOf)).mode;
        const is = stateMode([causeOf(next), ...before.map(causeOf)]).mode;
        expect(isStricter(was, is)).toBe(false);
        expect(stateMode([...before, next].map(causeOf).reverse()).mode).toBe(is);
      }),
    );
  });

  it('the strictest is one of the given, and none of them is stricter', () => {
    fc.assert(
      fc.property(modes, (given) => {
        const worst = strictest(given);
        expect(given.length === 0 ? worst : given.includes(worst)).toBe(given.length === 0 ? 'full' : true);
        expect(given.some((mode) => isStricter(mode, worst))).toBe(false);
      }),
    );
  });

  it('what a stricter mode admits, a weaker one admits too', () => {
    for (const reduceOnly of [true, false]) {
      expect(TRADING_MODES.map((mode) => admitsOrder(mode, { reduceOnly }))).toEqual([true, reduceOnly, false, false]);
    }
  });

  it('an account is never freer than its fleet, and carries the reasons of both', () => {
    const fleet = stateMode([modeCause('circuit_breaker', 'tripped')]);
    const account = stateMode([modeCause('clock', 'uncertain', 'offset ±400 ms')]);
    expect(underFleet(fleet, account)).toEqual({ mode: 'cancel_only', causes: [...fleet.causes, ...account.causes] });
    expect(underFleet(fleet, undefined)).toBe(fleet);
    expect(underFleet(FULL_MODE, FULL_MODE)).toBe(FULL_MODE);
    expect(describeMode(account)).toBe(
      'cancel_only (clock: the offset to the venue is not known well enough: offset ±400 ms)',
    );
    expect(describeMode(FULL_MODE)).toBe('full');
  });
});
