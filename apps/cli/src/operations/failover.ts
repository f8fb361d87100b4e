import { Fault } from '@argosy/domain';
import { CommandError, EXIT } from '../exit-codes.js';
import type { RunningRecord } from '../fleet/running-record.js';
import { serviceOf } from '../fleet/supervisor.js';
import type { Operation } from './operation.js';

interface Seen {
  readonly name: string;
  readonly role: string | undefined;
  readonly epoch: number;
  readonly isReady: boolean;
  /** All that a standby does beforehand is done: it waits for the lease and nothing else. */
  readonly isWarm: boolean;
}

const LOOK_EACH_MS = 20;
const HEALTH_WITHIN_MS = 500;
const HEALTH_BYTES_MAX = 262_144;
const TAKEN_WITHIN_MS = 15_000;
const WARM_WITHIN_MS = 20_000;

type Instance = { readonly name: string; readonly url: string };

/**
 * Hands a service of a local fleet over to its standby (HA-2): the leader drains and gives its lease back, which the
 * standby takes at once; the former leader is started again and stands by.
 * @param wanted the instance that should lead; whichever stands by when absent
 * @throws CommandError when there is nobody to take over.
 */
export async function failover(operation: Operation, service: string, wanted?: string): Promise<void> {
  const running = localFleet(operation);
  const pair = (running.instances ?? []).filter(({ name }) => name !== service && serviceOf(name) === service);
  if (pair.length < 2)
    throw new CommandError(
      EXIT.usage,
      `'${running.name}' runs no standby of '${service}'`,
      'Start it with argosy up --standby.',
      'NO_STANDBY',
    );
  const { leader, standby, seen } = await waitForPair(operation, pair);
  if (wanted !== undefined && leader?.name === wanted)
    return operation.presenter.show({ service, leader: wanted, changed: false }, () => `${wanted} leads already`);
  const pid = running.processes.find(({ name }) => name === leader?.name)?.pid;
  const instance = pair.find(({ name }) => name === standby?.name);
  if (leader === undefined || pid === undefined || instance === undefined)
    throw new CommandError(
      EXIT.refused,
      `${service}: ${seen.map(({ name, role }) => `${name} is ${role ?? 'not answering'}`).join(', ')}`,
      'A hand-over needs a leader and a warm standby: argosy status.',
      'NO_STANDBY',
    );
  await handOver(operation, { service, leader, pid, instance });
}

interface Pair {
  readonly leader: Seen | undefined;
  readonly standby: Seen | undefined;
  readonly seen: readonly Seen[];
}

/** One of the two may just be starting again. */
async function waitForPair(operation: Operation, pair: readonly Instance[]): Promise<Pair> {
  const { clock, timers } = operation.shell;
  const untilMs = clock.monotonicMs() + WARM_WITHIN_MS;
  for (;;) {
    const seen = await Promise.all(pair.map((instance) => look(operation, instance)));
    const leader = seen.find(({ role }) => role === 'primary');
    const standby = seen.find(({ name, isWarm }) => isWarm && name !== leader?.name);
    if ((leader !== undefined && standby !== undefined) || clock.monotonicMs() > untilMs)
      return { leader, standby, seen };
    await timers.sleep(LOOK_EACH_MS);
  }
}

/** @param instance as `execution-2` */
export function promote(operation: Operation, instance: string): Promise<void> {
  return failover(operation, serviceOf(instance), instance);
}

interface HandOver {
  readonly service: string;
  readonly leader: Seen;
  readonly pid: number;
  /** Who is to lead. */
  readonly instance: Instance;
}

async function handOver(operation: Operation, { service, leader, pid, instance }: HandOver): Promise<void> {
  const { shell, presenter } = operation;
  const startedMs = shell.clock.monotonicMs();
  const passed = (): number => Math.round(shell.clock.monotonicMs() - startedMs);
  process.kill(pid, 'SIGTERM');
  let leadsAfterMs: number | undefined;
  for (;;) {
    const now = await look(operation, instance);
    if (now.role === 'primary') leadsAfterMs ??= passed();
    if (now.role === 'primary' && now.isReady) {
      const told = {
        service,
        from: { name: leader.name, epoch: leader.epoch },
        to: { name: now.name, epoch: now.epoch },
        changed: true,
        leads_after_ms: leadsAfterMs,
        ready_after_ms: passed(),
      };
      return presenter.show(
        told,
        ({ from, to }) =>
          `${service}: ${from.name} (epoch ${String(from.epoch)}) → ${to.name} (epoch ${String(to.epoch)}); leads after ${String(leadsAfterMs)} ms, ready after ${String(told.ready_after_ms)} ms`,
      );
    }
    if (passed() > TAKEN_WITHIN_MS)
      throw new CommandError(
        EXIT.unreachable,
        `${instance.name} has not taken over within ${String(TAKEN_WITHIN_MS / 1_000)} s`,
        'argosy status tells who leads.',
        'NOT_TAKEN_OVER',
      );
    await shell.timers.sleep(LOOK_EACH_MS);
  }
}

function localFleet({ found }: Operation): RunningRecord {
  if (found.running !== undefined) return found.running;
  throw new CommandError(
    EXIT.usage,
    'only a fleet that runs here is handed over by this command',
    'Name it with --fleet instead of --url.',
  );
}

async function look(
  { http }: Operation,
  { name, url }: { readonly name: string; readonly url: string },
): Promise<Seen> {
  try {
    const { body } = await http.request({
      method: 'GET',
      url: `${url}/health`,
      timeoutMs: HEALTH_WITHIN_MS,
      maxResponseBytes: HEALTH_BYTES_MAX,
    });
    const { role, epoch, ready, conditions } = JSON.parse(body) as {
      readonly role?: string;
      readonly epoch?: number;
      readonly ready?: boolean;
      readonly conditions?: readonly { readonly name: string }[];
    };
    const isWarm = role === 'standby' && conditions?.some((condition) => condition.name === 'leadership') === true;
    return { name, role, epoch: epoch ?? 0, isReady: ready === true, isWarm };
  } catch (error) {
    if (!(error instanceof Fault) && !(error instanceof SyntaxError)) throw error;
    return { name, role: undefined, epoch: 0, isReady: false, isWarm: false };
  }
}
