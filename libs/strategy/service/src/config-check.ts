import {
  type Instrument,
  type InstrumentId,
  isVenue,
  parseAmount,
  type Refusal,
  refusal,
  refused,
  ok,
  type Result,
  type Venue,
} from '@argosy/domain';
import type {
  AnyStrategyType,
  StrategyConfig,
  StrategyPatch,
  StrategyProblem,
  StrategyTypes,
} from '@argosy/strategy-api';
import type { TradingAccount } from './host-settings.js';

/** The id goes into every order request id with room for run and counter. */
const STRATEGY_ID_LENGTH_MAX = 40;
const SYMBOLS_MAX = 32;
const PLAIN_SYMBOL = /^[A-Za-z0-9]{1,24}(-[A-Za-z0-9]{1,12}){1,2}$/;

const invalid = (where: string, value: string, problem: string, fix: string): StrategyProblem => ({
  code: 'CONFIG_INVALID_VALUE',
  where,
  value,
  problem,
  fix,
});

/** Everything that is wrong with a configuration, as far as it can be known without a market. */
export function strategyProblems(
  config: StrategyConfig,
  types: StrategyTypes,
  accounts: readonly TradingAccount[],
): readonly StrategyProblem[] {
  const type = types.get(config.type);
  return [
    ...idProblems(config),
    ...(type === undefined ? [unknownType(config.type, types)] : typeProblems(config, type)),
    ...exchangeProblems(config),
    ...symbolProblems(config),
    ...limitProblems(config),
    ...accountProblems(config, accounts),
  ];
}

function idProblems({ strategyId }: StrategyConfig): readonly StrategyProblem[] {
  if (strategyId.length <= STRATEGY_ID_LENGTH_MAX) return [];
  const most = `at most ${String(STRATEGY_ID_LENGTH_MAX)} characters`;
  return [invalid('strategy_id', strategyId, 'is too long', `Use ${most}`)];
}

const unknownType = (type: string, types: StrategyTypes): StrategyProblem =>
  invalid('type', type, 'no such type of strategy', `Use one of ${[...types.keys()].join(', ')}`);

function typeProblems(config: StrategyConfig, type: AnyStrategyType): readonly StrategyProblem[] {
  const read = type.parse(config.parameters);
  const ofParameters = read.ok
    ? []
    : read.refusal.map(({ parameter, value, problem, fix }) => invalid(`parameters.${parameter}`, value, problem, fix));
  const roles = type.instrumentRoles;
  const isCounted = roles !== undefined && config.symbols.every((symbol) => symbol.includes('_'));
  if (!isCounted || config.symbols.length === roles.length) return ofParameters;
  const fix = `Give ${String(roles.length)}: ${roles.join('; ')}`;
  return [...ofParameters, invalid('symbols', config.symbols.join(', '), `not what a ${type.type} needs`, fix)];
}

const exchangeProblems = ({ exchanges }: StrategyConfig): readonly StrategyProblem[] => [
  ...(exchanges.length === 0 ? [invalid('exchanges', '', 'is empty', 'Name at least one')] : []),
  ...exchanges
    .filter((exchange) => !isVenue(exchange))
    .map((exchange) =>
      invalid('exchanges', exchange, 'no such exchange here', 'Use hyperliquid, binance or binance-usdm'),
    ),
];

function symbolProblems({ symbols, exchanges }: StrategyConfig): readonly StrategyProblem[] {
  if (symbols.length === 0 || symbols.length > SYMBOLS_MAX)
    return [invalid('symbols', String(symbols.length), 'too few or too many', `Name 1 to ${String(SYMBOLS_MAX)}`)];
  return symbols.flatMap((symbol) => {
    const { venue, name } = splitSymbol(symbol);
    if (!PLAIN_SYMBOL.test(name))
      return [invalid('symbols', symbol, 'is no symbol', 'Write hyperliquid_BTC-PERP or BTC-USDT')];
    if (venue === undefined || exchanges.includes(venue)) return [];
    return [invalid('symbols', symbol, `its exchange is not in exchanges`, `Add ${venue} to exchanges`)];
  });
}

function limitProblems({ riskLimits }: StrategyConfig): readonly StrategyProblem[] {
  if (parseAmount(riskLimits.maxOrderSizeUsd) <= parseAmount(riskLimits.maxPositionUsd)) return [];
  return [
    {
      code: 'CONFIG_CONFLICT',
      where: 'risk_limits.max_order_size_usd',
      value: riskLimits.maxOrderSizeUsd,
      problem: `is above max_position_usd ${riskLimits.maxPositionUsd}`,
      fix: 'One order cannot be larger than the whole position',
    },
  ];
}

function accountProblems(config: StrategyConfig, accounts: readonly TradingAccount[]): readonly StrategyProblem[] {
  const venue = likelyVenue(config);
  if (venue === undefined) return [];
  const found = accountFor(config, venue, accounts);
  return found.ok ? [] : [found.refusal];
}

/** The venue of the first symbol; for a plain one the first exchange, until the market is known. */
function likelyVenue({ symbols, exchanges }: StrategyConfig): Venue | undefined {
  const venue = splitSymbol(symbols[0] ?? '').venue ?? exchanges[0];
  return venue !== undefined && isVenue(venue) ? venue : undefined;
}

/** The account whose orders are live or paper, as the configuration says. */
export function accountFor(
  config: StrategyConfig,
  venue: Venue,
  accounts: readonly TradingAccount[],
): Result<TradingAccount, StrategyProblem> {
  const kind = config.paperTrading ? 'paper' : 'live';
  const [where, wanted] = config.paperTrading ? ['paper_account', config.paperAccount] : ['account', config.account];
  const fitting = accounts.filter((account) => account.kind === kind && account.venue === venue);
  const named = wanted === undefined ? fitting : fitting.filter(({ accountId }) => accountId === wanted);
  const [only, another] = named;
  if (only !== undefined && another === undefined) return ok(only);
  const names = fitting.map(({ accountId }) => accountId).join(', ');
  const problem = only === undefined ? `no ${kind} account on ${venue}` : `several ${kind} accounts on ${venue}`;
  const fix = names === '' ? 'Add one to the accounts file' : `Name one of ${names} as ${where}`;
  return refused(invalid(where, wanted ?? '', problem, fix));
}

/** `hyperliquid_BTC-PERP` names its venue, `BTC-USDT` does not. */
function splitSymbol(symbol: string): { readonly venue: string | undefined; readonly name: string } {
  const at = symbol.indexOf('_');
  return at < 0 ? { venue: undefined, name: symbol } : { venue: symbol.slice(0, at), name: symbol.slice(at + 1) };
}

/**
 * The instruments a configuration names, in its order. A plain symbol stands for that symbol on every exchange of the
 * list that has it, in the order of the list. An instrument that market-data does not know is refused.
 */
export function resolveInstruments(
  config: StrategyConfig,
  type: AnyStrategyType,
  listed: readonly Instrument[],
): Result<readonly Instrument[], Refusal> {
  const byId = new Map<string, Instrument>(listed.map((instrument) => [instrument.id, instrument]));
  const found = new Map<InstrumentId, Instrument>();
  for (const symbol of config.symbols) {
    const { venue, name } = splitSymbol(symbol);
    const venues = venue === undefined ? config.exchanges : [venue];
    const here = venues.flatMap((one) => byId.get(`${one}_${name}`) ?? []);
    if (here.length === 0) return refused(refusal('instrument_unknown', { symbol, exchanges: venues.join(', ') }));
    for (const instrument of here) found.set(instrument.id, instrument);
  }
  const roles = type.instrumentRoles;
  if (roles !== undefined && roles.length !== found.size)
    return refused(refusal('invalid_request', { symbols: [...found.keys()].join(', '), needed: roles.join('; ') }));
  return ok([...found.values()]);
}

/** The configuration with the parts that the patch names. */
export function patched(config: StrategyConfig, patch: StrategyPatch): StrategyConfig {
  const { parameters, riskLimits, ...plain } = patch;
  return {
    ...config,
    ...plain,
    parameters: { ...config.parameters, ...parameters },
    riskLimits: { ...config.riskLimits, ...riskLimits },
  };
}
