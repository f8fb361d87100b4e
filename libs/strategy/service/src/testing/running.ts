import type { StrategyView } from '@argosy/contracts';
import { type Refusal, type Result, strategyId } from '@argosy/domain';
import { type StrategyConfig, strategyConfigJson, type StrategyEvent } from '@argosy/strategy-api';
import { aConfig, type HostWorld } from './host-fixture.js';

export const MAKER = strategyId('maker-1');
export const ME = 'ann';

export const valueOf = <T>(result: Result<T, Refusal>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
};

export const refusalOf = (result: Result<unknown, Refusal>): Refusal => {
  if (result.ok) throw new Error('was not refused');
  return result.refusal;
};

export const viewOf = (world: HostWorld, id: string = MAKER): StrategyView =>
  valueOf(world.host.get({ strategyId: id }));

export const ofKind = <K extends StrategyEvent['kind']>(
  seen: readonly StrategyEvent[],
  kind: K,
): readonly Extract<StrategyEvent, { kind: K }>[] =>
  seen.filter((event): event is Extract<StrategyEvent, { kind: K }> => event.kind === kind);

/** Loads and starts one on a host that has started. */
export async function begun(world: HostWorld, config: StrategyConfig = aConfig()): Promise<void> {
  valueOf(await world.host.load({ configFile: '', configJson: strategyConfigJson(config), actor: ME }));
  const start = world.host.startStrategy({ strategyId: config.strategyId, actor: ME });
  await world.pass(10);
  valueOf(await start);
}

/** Starts the host, and one strategy on it. */
export async function running(world: HostWorld, config: StrategyConfig = aConfig()): Promise<void> {
  await world.host.start();
  await world.pass(10);
  world.fleet.sayTrading();
  await begun(world, config);
}
