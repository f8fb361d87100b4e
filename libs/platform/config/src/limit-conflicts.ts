import { parseAmount } from '@argosy/domain';
import type { ConfigProblem } from './config-problem.js';
import type { LimitsFile } from './fleet-files.js';

/** Of each measure the milder first: a warning that comes after the kill warns of nothing. */
const RISING = [
  ['hourly_loss_warning', 'hourly_loss_kill'],
  ['daily_loss_warning', 'daily_loss_kill'],
  ['drawdown_warning', 'drawdown_reduce_only', 'drawdown_second_warning', 'drawdown_kill'],
] as const satisfies ReadonlyArray<ReadonlyArray<keyof LimitsFile>>;

const INSTRUMENT = /^(hyperliquid|binance|binance-usdm)_[A-Z0-9]+(-[A-Z0-9]+)+$/;
const venueOf = (instrument: string): string => instrument.slice(0, instrument.indexOf('_'));

/** What no single limit shows: those that contradict each other. Empty means they may be used. */
export function limitConflicts(limits: LimitsFile, where: string): readonly ConfigProblem[] {
  const conflict = (key: string, value: string, problem: string, fix: string): ConfigProblem => ({
    code: 'CONFIG_CONFLICT',
    where: `${where} ${key}`,
    value,
    problem,
    fix,
  });
  const { instruments } = limits;
  const ids = instruments.map(({ instrument }) => instrument);
  return [
    ...RISING.flatMap((keys) =>
      keys.flatMap((key, index) => {
        const milder = keys[index - 1];
        return milder === undefined || parseAmount(limits[milder]) < parseAmount(limits[key])
          ? []
          : [
              conflict(
                key,
                limits[key],
                `must be above ${milder}`,
                `Raise it above ${limits[milder]}, or lower ${milder}`,
              ),
            ];
      }),
    ),
    ...(limits.var_returns_min <= limits.var_returns_max
      ? []
      : [conflict('var_returns_max', String(limits.var_returns_max), 'is below var_returns_min', 'Raise it')]),
    ...[...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) =>
      conflict('instruments', id, 'has two entries', 'Keep one'),
    ),
    ...instruments
      .flatMap(({ instrument, reference_instrument: reference }) => [instrument, reference])
      .filter((id) => !INSTRUMENT.test(id))
      .map((id) =>
        conflict(
          'instruments',
          id,
          'is no instrument of a venue we know',
          'Write it as <venue>_<symbol>, e.g. hyperliquid_BTC-PERP',
        ),
      ),
    // Two prices of one venue are one source: a crash there alone would carry both (I-20).
    ...instruments
      .filter(({ instrument, reference_instrument: reference }) => venueOf(instrument) === venueOf(reference))
      .map(({ instrument, reference_instrument: reference }) =>
        conflict(
          `instruments ${instrument}`,
          reference,
          'is a reference of the same venue',
          'Name an instrument of another venue',
        ),
      ),
  ];
}
