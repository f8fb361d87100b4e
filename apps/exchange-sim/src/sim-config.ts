import { isAbsolute, join } from 'node:path';
import { GENEROUS_LIMITS, type RateLimitConfig, VENUE_LIMITS } from '@argosy/exchange-core';
import type { Network } from '@argosy/exchange-wire';

/** Everything the simulated exchange can be told from outside. */
export interface SimConfig {
  readonly host: string;
  /** 0 asks the system for a free port. */
  readonly port: number;
  /** Absent: no Binance-protocol feed. */
  readonly binancePort: number | undefined;
  readonly network: Network;
  /** Anybody who signs gets an account with money in it; otherwise only accounts that `--account` names exist. */
  readonly openAccounts: boolean;
  readonly accounts: readonly string[];
  readonly seed: number;
  /** Market events only; protocol time always runs at one second a second. */
  readonly speed: number;
  /** Recorded set, in order; empty: the synthetic market. */
  readonly recordings: readonly string[];
  readonly fundingIntervalMs: number;
  /** Absent: nothing survives a restart. */
  readonly dataFolder: string | undefined;
  /** Absent: no control port. */
  readonly controlPort: number | undefined;
  /** A file of fault rules that are in force from the start. */
  readonly faultsFile: string | undefined;
  readonly limits: RateLimitConfig;
  /** How often books are pushed to subscribers, when they changed. */
  readonly blockIntervalMs: number;
}

export class UsageError extends Error {
  override readonly name = 'UsageError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

export const USAGE = `argosy sim --port P [options]

The simulated exchange: the Hyperliquid protocol on P (REST /info and /exchange, websocket /ws).

  --port P                port to listen on, 0 for any free one
  --binance-port P2       also serve the Binance-protocol public feed of the same market
  --host H                address to listen on (127.0.0.1)
  --network NET           testnet (signature source b) or mainnet (source a); testnet
  --open-accounts         whoever signs first gets an account with money in it
  --account ADDRESS       an account that exists from the start; may be repeated
  --seed N                seed of the synthetic market (1)
  --speed X               market events this many times faster (1), up to 1000
  --recording FILE...     play recorded Binance files, in order, in place of the synthetic market
  --funding-interval D    time between fundings: 10s, 5m, 1h (1h)
  --block-interval D      time between pushed books, 10ms to 1s (100ms)
  --limits NAME           rate limits: generous or venue, the venue's own (generous)
  --faults FILE           fault rules in force from the start, as JSON
  --control-port P3       also serve the control port: fault rules, their log, the venue's truth
  --data DIR              keep state in DIR across restarts
`;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const DURATION = /^(\d{1,9})(ms|s|m|h)$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const SPEED_MAX = 1_000;
const RECORDINGS_MAX = 64;

interface Draft {
  values: Map<string, string[]>;
  problems: string[];
}

const FLAGS: Readonly<Record<string, 'none' | 'one' | 'many'>> = {
  '--port': 'one',
  '--binance-port': 'one',
  '--host': 'one',
  '--network': 'one',
  '--open-accounts': 'none',
  '--account': 'one',
  '--seed': 'one',
  '--speed': 'one',
  '--recording': 'many',
  '--funding-interval': 'one',
  '--block-interval': 'one',
  '--limits': 'one',
  '--faults': 'one',
  '--control-port': 'one',
  '--data': 'one',
};

function collect(argv: readonly string[]): Draft {
  const draft: Draft = { values: new Map(), problems: [] };
  const rest = argv.flatMap((text) =>
    /^--[a-z-]+=/.test(text) ? [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] : [text],
  );
  while (rest.length > 0) {
    const flag = rest.shift() ?? '';
    const kind = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
    if (kind === undefined) draft.problems.push(`unknown argument '${flag}'`);
    else draft.values.set(flag, [...(draft.values.get(flag) ?? []), ...takeValues(flag, kind, rest, draft.problems)]);
  }
  return draft;
}

function takeValues(flag: string, kind: 'none' | 'one' | 'many', rest: string[], problems: string[]): string[] {
  const values: string[] = [];
  const limit = kind === 'none' ? 0 : kind === 'one' ? 1 : RECORDINGS_MAX;
  while (values.length < limit && rest.length > 0 && !(rest[0] ?? '').startsWith('--')) values.push(rest.shift() ?? '');
  if (kind !== 'none' && values.length === 0) problems.push(`${flag} needs a value`);
  return values;
}

const last = (draft: Draft, flag: string): string | undefined => draft.values.get(flag)?.at(-1);

function integer(
  draft: Draft,
  flag: string,
  range: readonly [number, number],
  fallback: number | undefined,
): number | undefined {
  const text = last(draft, flag);
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range[0] && value <= range[1]) return value;
  draft.problems.push(`${flag} must be a whole number from ${String(range[0])} to ${String(range[1])}, was '${text}'`);
  return fallback;
}

function duration(draft: Draft, flag: string, range: readonly [number, number], fallback: number): number {
  const text = last(draft, flag);
  if (text === undefined) return fallback;
  const match = DURATION.exec(text);
  const value = match === null ? Number.NaN : Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
  if (value >= range[0] && value <= range[1]) return value;
  draft.problems.push(
    `${flag} must be a time such as 10s, 5m or 1h, from ${String(range[0])} ms to ${String(range[1])} ms, was '${text}'`,
  );
  return fallback;
}

function speed(draft: Draft): number {
  const text = last(draft, '--speed');
  if (text === undefined) return 1;
  const value = /^\d{1,4}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= SPEED_MAX) return value;
  draft.problems.push(`--speed must be above 0 and at most ${String(SPEED_MAX)}, was '${text}'`);
  return 1;
}

function network(draft: Draft): Network {
  const text = last(draft, '--network') ?? 'testnet';
  if (text === 'mainnet' || text === 'testnet') return text;
  draft.problems.push(`--network must be mainnet or testnet, was '${text}'`);
  return 'testnet';
}

function limits(draft: Draft): RateLimitConfig {
  const text = last(draft, '--limits') ?? 'generous';
  if (text === 'generous' || text === 'venue') return text === 'venue' ? VENUE_LIMITS : GENEROUS_LIMITS;
  draft.problems.push(`--limits must be generous or venue, was '${text}'`);
  return GENEROUS_LIMITS;
}

function accounts(draft: Draft): string[] {
  const given = draft.values.get('--account') ?? [];
  for (const text of given)
    if (!ADDRESS.test(text)) draft.problems.push(`--account must be 0x and 40 hex digits, was '${text}'`);
  return given.map((text) => text.toLowerCase());
}

const absolute = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path));
const PORT_RANGE = [0, 65_535] as const;
const DAY_MS = 86_400_000;

/**
 * Reads the command line of `argosy sim`. Paths are taken from `folder`.
 * @throws UsageError with every problem at once.
 */
export function parseSimArguments(argv: readonly string[], folder: string): SimConfig {
  const draft = collect(argv);
  const port = integer(draft, '--port', PORT_RANGE, undefined);
  if (last(draft, '--port') === undefined) draft.problems.push('--port is missing');
  const dataFolder = last(draft, '--data');
  const faultsFile = last(draft, '--faults');
  const config: SimConfig = {
    host: last(draft, '--host') ?? '127.0.0.1',
    port: port ?? 0,
    binancePort: integer(draft, '--binance-port', PORT_RANGE, undefined),
    network: network(draft),
    openAccounts: draft.values.has('--open-accounts'),
    accounts: accounts(draft),
    seed: integer(draft, '--seed', [0, 2 ** 32 - 1], 1) ?? 1,
    speed: speed(draft),
    recordings: (draft.values.get('--recording') ?? []).map((path) => absolute(folder, path)),
    fundingIntervalMs: duration(draft, '--funding-interval', [1_000, DAY_MS], 3_600_000),
    dataFolder: dataFolder === undefined ? undefined : absolute(folder, dataFolder),
    controlPort: integer(draft, '--control-port', PORT_RANGE, undefined),
    faultsFile: faultsFile === undefined ? undefined : absolute(folder, faultsFile),
    limits: limits(draft),
    blockIntervalMs: duration(draft, '--block-interval', [10, 1_000], 100),
  };
  if (draft.problems.length > 0) throw new UsageError(draft.problems);
  return Object.freeze(config);
}
