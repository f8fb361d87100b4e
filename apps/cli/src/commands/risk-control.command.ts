import { type Command, Option } from 'commander';
import type { OperationOptions } from '../operations/operation.js';
import type { ProgramParts } from '../program.js';
import { onFleet, withGateway } from './gateway-command.js';
import { duration, spell, wholeNumber } from './option-values.js';

const load = () => import('../operations/risk-control.js');

const STEP_MS = 21_600_000;
const STEP_MS_MAX = 604_800_000;
const MS_PER_S = 1_000;

interface OverrideOptions extends OperationOptions {
  readonly sizeFactor?: string;
  readonly maxPositionPct?: string;
  readonly strategy?: string;
}
interface RestoreOptions extends OperationOptions {
  readonly steps: number;
  readonly every: number;
  readonly strategy?: string;
}

const only = (strategy: string | undefined): { readonly strategy_id?: string } =>
  strategy === undefined ? {} : { strategy_id: strategy };

/** Commands short of a kill: the circuit breaker, smaller sizes, and the way back. */
export function addRiskControl(program: Command, parts: ProgramParts): void {
  withGateway(program.command('circuit-breaker').description('halt new risk; cancels and reductions go on'))
    .addArgument(program.createArgument('<action>').choices(['trip', 'reset']))
    .argument('[reason]', 'why, for the audit')
    .action((action: 'trip' | 'reset', reason: string | undefined, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).circuitBreaker(operation, action, reason)),
    );
  addOverride(program, parts);
  withGateway(program.command('stuck').description('orders and positions that have been there for too long')).action(
    (options: OperationOptions) => onFleet(parts, options, async (operation) => (await load()).stuck(operation)),
  );
  withGateway(program.command('begin-losses').description("count an account's losses from its present equity on"))
    .argument('<account>')
    .argument('<reason>', 'why, for the audit')
    .action((account: string, reason: string, options: OperationOptions) =>
      onFleet(parts, options, async (operation) => (await load()).beginLosses(operation, account, reason)),
    );
}

function addOverride(program: Command, parts: ProgramParts): void {
  const override = program.command('position-override').description('smaller sizes for a while, and back in steps');
  withGateway(
    override.command('set').description('cut sizes at once: argosy position-override set --size-factor 0.1 "reason"'),
  )
    .argument('<reason>', 'why, for the audit')
    .option('--size-factor <share>', 'factor on order and position limits, over 0 to 1')
    .option('--max-position-pct <share>', "largest position as a share of the account's equity")
    .option('--strategy <id>', 'only this one')
    .action((reason: string, { sizeFactor, maxPositionPct, strategy, ...options }: OverrideOptions) =>
      onFleet(parts, options, async (operation) =>
        (await load()).overridePositions(operation, {
          ...(sizeFactor === undefined ? {} : { size_factor: sizeFactor }),
          ...(maxPositionPct === undefined ? {} : { max_position_pct: maxPositionPct }),
          ...only(strategy),
          reason,
        }),
      ),
    );
  withGateway(override.command('restore').description('back to full sizes in equal steps, the first at once'))
    .argument('<reason>', 'why, for the audit')
    .addOption(new Option('--steps <n>', 'how many').argParser(wholeNumber(1, 100)).default(4))
    .addOption(
      new Option('--every <time>', 'between two steps')
        .argParser(duration(MS_PER_S, STEP_MS_MAX))
        .default(STEP_MS, spell(STEP_MS)),
    )
    .option('--strategy <id>', 'only this one')
    .action((reason: string, { steps, every, strategy, ...options }: RestoreOptions) =>
      onFleet(parts, options, async (operation) =>
        (await load()).restorePositions(operation, {
          steps,
          step_interval_seconds: Math.ceil(every / MS_PER_S),
          ...only(strategy),
          reason,
        }),
      ),
    );
}
