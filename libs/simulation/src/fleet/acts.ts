import {
  beginLossesCodec,
  configureStrategyCodec,
  configureTradingCodec,
  emptyCodec,
  loadStrategyCodec,
  overridePositionsCodec,
  positionOverrideCodec,
  reenableStrategyCodec,
  resetCircuitBreakerCodec,
  restorePositionsCodec,
  startStrategyCodec,
  stopStrategyCodec,
  strategyViewCodec,
  subjects,
  tradingStateCodec,
  tripCircuitBreakerCodec,
  unloadStrategyCodec,
} from '@argosy/contracts';
import { ACCOUNT, STRATEGY_FILES } from './fleet-settings.js';
import type { People } from './people.js';

/** What a person does to the running fleet, and how it is taken back. */
interface Act {
  readonly begin: (people: People) => Promise<unknown>;
  readonly end: (people: People) => Promise<unknown>;
}

const BY = { actor: 'operator', reason: 'an ordinary day' } as const;
const NOTHING = (): Promise<unknown> => Promise.resolve();
/** The strategy that people try things on: the others go on trading meanwhile. */
const TRIED = 'gambler';
const USUAL = (STRATEGY_FILES['gambler.json'] as { readonly parameters: Readonly<Record<string, number>> }).parameters;

const configured = (people: People, what: string, parameters: Readonly<Record<string, number>>): Promise<unknown> =>
  people.insist(what, () =>
    people.ask(subjects.strategyConfigure, configureStrategyCodec, strategyViewCodec, {
      strategyId: TRIED,
      patchJson: JSON.stringify({ parameters }),
      actor: BY.actor,
    }),
  );

const started = (people: People): Promise<unknown> =>
  people.insist(`start ${TRIED}`, () =>
    people.ask(subjects.strategyStart, startStrategyCodec, strategyViewCodec, { strategyId: TRIED, actor: BY.actor }),
  );

const stopped = (people: People): Promise<unknown> =>
  people.insist(`stop ${TRIED}`, () =>
    people.ask(subjects.strategyStop, stopStrategyCodec, strategyViewCodec, {
      ...{ ...BY, strategyId: TRIED, cancelOrders: true, force: true },
    }),
  );

const signals = (people: People, newSignalsEnabled: boolean): Promise<unknown> =>
  people.insist(newSignalsEnabled ? 'enable signals' : 'disable signals', () =>
    people.ask(subjects.tradingConfigure, configureTradingCodec, tradingStateCodec, { ...BY, newSignalsEnabled }),
  );

const breaker: Act = {
  begin: (people) =>
    people.insist('trip the breaker', () =>
      people.ask(subjects.tradingTripBreaker, tripCircuitBreakerCodec, tradingStateCodec, BY),
    ),
  end: (people) =>
    people.insist('reset the breaker', () =>
      people.ask(subjects.tradingResetBreaker, resetCircuitBreakerCodec, tradingStateCodec, BY),
    ),
};

const cut: Act = {
  begin: (people) =>
    people.insist(
      'cut positions',
      () =>
        people.ask(subjects.riskOverridePositions, overridePositionsCodec, positionOverrideCodec, {
          ...BY,
          ...{ strategyId: '', sizeFactor: '0.5', maxPositionPct: '' },
        }),
      ['conflict'],
    ),
  end: (people) =>
    people.insist(
      'restore positions',
      () =>
        people.ask(subjects.riskRestorePositions, restorePositionsCodec, positionOverrideCodec, {
          ...BY,
          ...{ strategyId: '', steps: 2, stepIntervalMs: 1_000n },
        }),
      ['conflict'],
    ),
};

/** Stops a strategy, forgets it, and brings it back from its file. */
const reload: Act = {
  begin: async (people) => {
    await stopped(people);
    const unload = (): ReturnType<typeof people.ask> =>
      people.ask(subjects.strategyUnload, unloadStrategyCodec, emptyCodec, { strategyId: TRIED, actor: BY.actor });
    await people.insist(`unload ${TRIED}`, unload, ['strategy_unknown']);
    await people.insist(`load ${TRIED}`, () =>
      people.ask(subjects.strategyLoad, loadStrategyCodec, strategyViewCodec, {
        ...{ configFile: `${TRIED}.json`, configJson: '', actor: BY.actor },
      }),
    );
    await started(people);
  },
  end: NOTHING,
};

/** It goes mad and is stopped by risk; somebody with a name lets it run again once it has been put right. */
const runaway: Act = {
  begin: (people) => configured(people, `${TRIED} goes mad`, { ...USUAL, orders_percent: 100, burst: 8 }),
  end: async (people) => {
    await stopped(people);
    await configured(people, `${TRIED} is put right`, USUAL);
    const reenable = (): ReturnType<typeof people.ask> =>
      people.ask(subjects.riskReenableStrategy, reenableStrategyCodec, emptyCodec, { ...BY, strategyId: TRIED });
    await people.insist(`re-enable ${TRIED}`, reenable, ['strategy_unknown']);
    await started(people);
  },
};

const acts = {
  breaker,
  cut,
  reload,
  runaway,
  drain: { begin: (people) => signals(people, false), end: (people) => signals(people, true) },
  retune: {
    begin: (people) => configured(people, `retune ${TRIED}`, { ...USUAL, orders_percent: 20 }),
    end: (people) => configured(people, `retune ${TRIED} back`, USUAL),
  },
  /** As many orders as the throttle lets through, and some more. */
  hurry: {
    begin: (people) => configured(people, `hurry ${TRIED}`, { ...USUAL, orders_percent: 100 }),
    end: (people) => configured(people, `calm ${TRIED}`, USUAL),
  },
  begin_losses: {
    begin: (people) =>
      people.insist('begin losses anew', () =>
        people.ask(subjects.riskBeginLosses, beginLossesCodec, emptyCodec, { ...BY, accountId: ACCOUNT }),
      ),
    end: NOTHING,
  },
  look: { begin: (people) => people.look(), end: NOTHING },
  // A kill does not wait for its answer, and a resume does not wait for the kill's.
  kill: {
    begin: (people) => Promise.resolve(people.kill()),
    end: (people) => Promise.resolve(people.resume()),
  },
  kill_at_gateway: {
    begin: (people) => Promise.resolve(people.killAtGateway()),
    end: (people) => Promise.resolve(people.resumeAtGateway()),
  },
} satisfies Record<string, Act>;

/** What people do, by the name that a plan knows it by. */
export type ActName = keyof typeof acts;
export const ACT_NAMES = Object.keys(acts) as readonly ActName[];

/** Somebody does it; returns how it is taken back, which waits until it was done. */
export function perform(people: People, name: ActName): () => void {
  const { begin, end }: Act = acts[name];
  const begun = begin(people);
  return () => void begun.then(() => end(people));
}
