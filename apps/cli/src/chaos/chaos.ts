import { NodeDisk, SeededRandom, UndiciHttpClient } from '@argosy/platform-runtime';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.js';
import { Announcer } from '../fleet/announcer.js';
import { findGateway, type FoundGateway } from '../gateway/find-gateway.js';
import type { RunningRecord } from '../fleet/running-record.js';
import { GatewayClient } from '../gateway/gateway-client.js';
import type { Shell } from '../shell.js';
import { type OutputFormat, Presenter } from '../terminal/presenter.js';
import { ChaosRun } from './chaos-run.js';
import { type Plan, planDrawn, planOne } from './draw.js';
import { FoundFleet, controlOf } from './found-fleet.js';
import type { Settings } from './scenario.js';
import { scenarioNamed, SCENARIOS } from './scenarios.js';
import { showChaos } from './show-chaos.js';

export interface ChaosOptions {
  readonly output: OutputFormat;
  readonly fleet?: string;
  readonly seed?: number;
  readonly for: number;
  readonly set?: Settings;
}

/** The fleet of this machine that is meant. @throws CommandError NOT_LOCAL, NO_FLEET, SEVERAL_FLEETS */
async function findLocal(
  shell: Shell,
  fleet: string | undefined,
): Promise<FoundGateway & { readonly running: RunningRecord }> {
  // An address in the environment is somebody's fleet elsewhere: it is refused, not looked past.
  const elsewhere = shell.env['ARGOSY_URL'];
  if (elsewhere === undefined || fleet !== undefined) {
    const found = await findGateway(shell, fleet === undefined ? {} : { fleet });
    if (found.running !== undefined) return { ...found, running: found.running };
  }
  throw new CommandError(
    EXIT.refused,
    `ARGOSY_URL names the fleet at ${elsewhere ?? ''}, and faults are only done to a fleet of this machine`,
    'Name a local one with --fleet.',
    'NOT_LOCAL',
  );
}

/** Does faults to the local fleet that is meant, and tells what held. */
export async function chaos(shell: Shell, name: string | undefined, options: ChaosOptions): Promise<ExitCode> {
  const plan = choosePlan(name, options);
  const found = await findLocal(shell, options.fleet);
  const controlUrl = controlOf(found.running);
  const http = new UndiciHttpClient();
  try {
    const presenter = new Presenter(shell.terminal, options.output);
    const world = {
      shell,
      http,
      fleet: await FoundFleet.open(shell, found.running, new NodeDisk()),
      gateway: new GatewayClient(found, { http, clock: shell.clock, random: shell.random }),
      announcer: new Announcer(shell.terminal, shell.clock),
    };
    world.announcer.say(`argosy: chaos ${plan.title} on '${found.running.name}'; again: ${plan.again}`);
    const report = await new ChaosRun(world, plan, controlUrl).run();
    presenter.show(report, (given) => showChaos(given, presenter));
    return report.ok ? EXIT.ok : EXIT.failedCheck;
  } finally {
    await http.close();
  }
}

/** @throws CommandError for a name nobody knows, a setting it has not, or neither a name nor a seed */
export function choosePlan(name: string | undefined, { seed, for: forMs, set = {} }: ChaosOptions): Plan {
  if (name === undefined) {
    if (seed === undefined)
      throw new CommandError(
        EXIT.usage,
        'neither a scenario nor a seed is given',
        'argosy chaos list tells the names.',
      );
    if (Object.keys(set).length > 0) throw new CommandError(EXIT.usage, 'what a seed draws cannot be set by hand');
    return planDrawn(SCENARIOS, new SeededRandom(`chaos/${String(seed)}`), seed, forMs);
  }
  const scenario = scenarioNamed(name);
  if (scenario === undefined)
    throw new CommandError(
      EXIT.usage,
      `there is no scenario '${name}'`,
      'argosy chaos list tells the names.',
      'NO_SCENARIO',
    );
  for (const [key, value] of Object.entries(set)) {
    const setting = scenario.settings[key];
    const names = Object.keys(scenario.settings).join(', ') || 'none';
    if (setting === undefined)
      throw new CommandError(EXIT.usage, `${name} has no setting '${key}'`, `Its settings: ${names}.`, 'NO_SETTING');
    if (!(value >= setting.least && value <= setting.most))
      throw new CommandError(
        EXIT.usage,
        `${key} must be from ${String(setting.least)} to ${String(setting.most)}, was ${String(value)}`,
        undefined,
        'SETTING_OUT_OF_RANGE',
      );
  }
  return planOne(scenario, set, seed ?? 1);
}
