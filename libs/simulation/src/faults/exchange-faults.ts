import { FAULT_NAMES, type FaultName, type FaultRule, faultSpec, type Lane } from '@argosy/exchange-core';
import type { SimWorld } from '../fleet/sim-world.js';
import type { FaultClass, FaultDice, SimFault } from './fault.js';

/**
 * Every fault that the simulated exchange itself can be told: `amount` is the share of messages it acts on, `target` the
 * lane, and after a colon the settings it does not take from the catalogue.
 */
const RATES = [0.1, 0.4, 1] as const;
const LASTING_MS = [1_000, 3_000, 7_000] as const;
const HALF_MEBIBYTE = 524_288;

/** Where the catalogue's own value is not the interesting one, or too costly a million times. */
const CHOICES: Partial<Readonly<Record<FaultName, (dice: FaultDice) => Readonly<Record<string, number | string>>>>> = {
  bad_price: (dice) => ({
    value: dice.of(['zero', 'negative', 'nan', 'huge', 'spike']),
    factor: dice.of([0.1, 0.9, 10]),
  }),
  clock_offset: (dice) => ({ ms: dice.of([-2_000, -300, 300, 2_000, 5_000]), ppm: dice.of([0, 500]) }),
  // Within expiry and the lag that the venue admits to: what is longer than that no fleet can know.
  not_found: (dice) => ({ ms: dice.between(500, 2_900) }),
  giant: () => ({ bytes: HALF_MEBIBYTE }),
  rate_limited: (dice) => ({ ms: dice.of([500, 2_000, 5_000]), strikes: 10 }),
  maintenance: (dice) => ({ answers: dice.of(['none', 'reads']) }),
  liquidation: (dice) => ({ share: dice.of([0.5, 1]) }),
};

const ROWS: Partial<Readonly<Record<FaultName, string>>> = {
  rate_limited: 'F-37',
  maintenance: 'F-37',
  mass_cancel: 'F-37',
  liquidation: 'F-38',
  auto_deleveraging: 'F-38',
  unknown_enum: 'F-38',
  unknown_field: 'F-38',
  instrument_change: 'F-39',
  halt: 'F-39',
  delist: 'F-39',
  key_revoked: 'F-40',
  nonce_too_old: 'F-40',
  clock_offset: 'F-36',
  bad_price: 'F-35',
  half_open: 'F-34',
  book_gap: 'F-33',
  book_rewind: 'F-33',
  book_checksum: 'F-33',
  book_crossed: 'F-33',
  no_snapshot: 'F-31',
  fill_before_cancel: 'F-32',
  fill_after_cancel: 'F-32',
};

export const EXCHANGE_FAULTS: readonly FaultClass[] = FAULT_NAMES.map((name) => ({
  kind: `venue_${name}`,
  row: ROWS[name] ?? 'F-30',
  weight: 1,
  draw: (dice) => {
    const { kind, lanes } = faultSpec(name);
    const lane = lanes.length === 0 ? '' : dice.of(lanes);
    const settings = CHOICES[name]?.(dice);
    return {
      target: settings === undefined ? lane : `${lane}:${JSON.stringify(settings)}`,
      amount: kind === 'message' ? dice.of(RATES) : 1,
      forMs: dice.of(LASTING_MS),
    };
  },
  begin: (world, fault) => begin(world, name, fault),
}));

/** An answer that is lost, of an order that cannot be found for a while: the one that not-found must not be believed for. */
export const UNSEEN_ORDERS: FaultClass = {
  kind: 'unseen_orders',
  row: 'F-30',
  weight: 8,
  draw: (dice) => ({
    target: dice.of(['some', 'all']),
    amount: dice.between(2_300, 2_900),
    forMs: dice.of([4_000, 9_000]),
  }),
  begin: (world, fault) => {
    const rest = { ...fault, amount: 1 };
    const share = fault.target === 'some' ? 0.4 : 1;
    const unanswered = begin(world, 'accept_then_timeout', { ...rest, amount: share, target: 'acknowledgement' });
    // The private stream would tell of them.
    const untold = begin(world, 'drop', { ...rest, target: 'private' });
    const unseen = begin(world, 'not_found', {
      ...rest,
      forMs: fault.forMs + fault.amount,
      target: `read:${JSON.stringify({ ms: fault.amount })}`,
    });
    return () => {
      unanswered();
      untold();
      world.scheduler.after(fault.amount * 1_000, unseen);
    };
  },
};

function begin(world: SimWorld, name: FaultName, { target, amount, forMs, atMs }: SimFault): () => void {
  const at = target.indexOf(':');
  const lane = at === -1 ? target : target.slice(0, at);
  const given = at === -1 ? {} : (JSON.parse(target.slice(at + 1)) as Record<string, number | string>);
  const rule: FaultRule = {
    fault: name,
    target: lane === '' ? {} : { lane: lane as Lane },
    rate: amount,
    count: undefined,
    afterMs: 0,
    forMs,
    settings: { ...defaults(faultSpec(name).settings), ...given },
  };
  const id = `${name}-${String(atMs)}`;
  world.exchange.director.put(id, rule);
  return () => world.exchange.director.remove(id);
}

const defaults = (settings: ReturnType<typeof faultSpec>['settings']): Record<string, number | string> =>
  Object.fromEntries(Object.entries(settings).map(([name, { fallback }]) => [name, fallback]));
