import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChaosOptions } from '../chaos/chaos.js';
import { SCENARIOS } from '../chaos/scenarios.js';
import type { ProgramParts } from '../program.js';
import { outputOption } from './gateway-command.js';
import { duration, spell, wholeNumber } from './option-values.js';

const FOR_MS = 60_000;
const FOR_MS_LEAST = 15_000;
const FOR_MS_MOST = 600_000;
const SETTING = /^([A-Za-z]{1,32})=(-?\d{1,9})$/;

/** `forMs=2000`, as often as one likes. */
function setting(text: string, before: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const [, name, value] = SETTING.exec(text) ?? [];
  if (name === undefined)
    throw new InvalidArgumentError('Give a setting as name=number; argosy chaos list tells them.');
  return { ...before, [name]: Number(value) };
}

/** Faults on purpose, done to the fleet of this machine. */
export function addChaos(program: Command, { makeShell, ends }: ProgramParts): void {
  const chaos = program
    .command('chaos')
    .description('do faults to the fleet that runs here, on its simulated exchange, and tell what held');
  chaos
    .command('list')
    .description('what can be done to it')
    .addOption(outputOption())
    .action(async ({ output }: { readonly output: 'text' | 'json' }) => {
      const [{ listed, showList }, { Presenter }, shell] = await Promise.all([
        import('../chaos/show-chaos.js'),
        import('../terminal/presenter.js'),
        makeShell(),
      ]);
      const presenter = new Presenter(shell.terminal, output);
      presenter.show(SCENARIOS.map(listed), (all) => showList(all, presenter));
    });
  chaos
    .command('run')
    .description('one scenario by name, or two to four that a seed draws')
    .addArgument(chaos.createArgument('[name]', 'absent: --seed draws').choices(SCENARIOS.map(({ name }) => name)))
    .addOption(new Option('--seed <n>', 'draws scenarios, numbers and moments').argParser(wholeNumber(0, 2 ** 32 - 1)))
    .addOption(
      new Option('--for <time>', 'the window in which drawn faults begin and end')
        .argParser(duration(FOR_MS_LEAST, FOR_MS_MOST))
        .default(FOR_MS, spell(FOR_MS)),
    )
    .addOption(new Option('--set <name=number>', 'a setting of the scenario; may be repeated').argParser(setting))
    .option('--fleet <name>', 'which of the fleets that run here')
    .addOption(outputOption())
    .action(async (name: string | undefined, options: ChaosOptions) => {
      const [{ chaos: run }, shell] = await Promise.all([import('../chaos/chaos.js'), makeShell()]);
      ends(await run(shell, name, options));
    });
}
