import { SERVICES } from '@argosy/contracts';
import type { OrderState } from '@argosy/domain';
import type { MessageBus } from '@argosy/platform-port';
import type { Announcer } from '../fleet/announcer.js';
import { FleetBus } from '../fleet/fleet-bus.js';
import type { FoundFleet } from './found-fleet.js';
import type { FleetProcesses, SeenInstance } from './fleet-processes.js';
import { epochOf, type KnownOrder } from './order-verdicts.js';
import type { Patience } from './patience.js';
import { type Standing, standingOf } from './standing.js';
import type { Steering } from './steering.js';
import type { Strike } from './strikes.js';
import type { TruthFollower } from './truth-follower.js';
import { type Verdict, verdict } from './verdict.js';

export interface AftermathParts {
  readonly patience: Patience;
  readonly announcer: Announcer;
  readonly fleet: FoundFleet;
  readonly processes: FleetProcesses;
  readonly steering: Steering;
  readonly truth: TruthFollower;
}

/** I-58. */
const SETTLED_WITHIN_MS = 30_000;
/** A status may be of the moment before: it counts when it stays. */
const STAYS_MS = 1_000;
/** A program that was killed starts again, warms up and waits for its turn; nothing of the fleet needs it before. */
const PAIRED_WITHIN_MS = 90_000;
const QUIET_WITHIN_MS = 20_000;
const PAGE = 1_000;

/** What has to hold when the faults are over, looked at from outside. */
export class Aftermath {
  constructor(private readonly parts: AftermathParts) {}

  /** How the fleet stands now. */
  async standing(): Promise<Standing> {
    return standingOf(await this.parts.steering.status());
  }

  /** I-58: it trades again, or is halted and says why. */
  async settled(sinceMs: number): Promise<{ readonly verdict: Verdict; readonly standing: Standing }> {
    const { patience } = this.parts;
    let last: Standing = { kind: 'unsettled', missing: 'nothing was seen yet' };
    let activeMs: number | undefined;
    await patience.until(
      async () => {
        last = await this.standing();
        activeMs = last.kind === 'active' ? (activeMs ?? patience.nowMs) : undefined;
        return activeMs !== undefined && patience.nowMs - activeMs >= STAYS_MS ? true : undefined;
      },
      { withinMs: sinceMs + SETTLED_WITHIN_MS + STAYS_MS - patience.nowMs },
    );
    const standing = last as Standing;
    const ms = (activeMs ?? patience.nowMs) - sinceMs;
    const problems = standing.kind === 'unsettled' ? [standing.missing] : [];
    const held = standing.kind === 'halted' ? `halted: ${standing.reason}` : 'READY, trading in full';
    return {
      verdict: verdict('trades again, or is halted and says why', ['I-58', 'I-60'], problems, held, ms),
      standing,
    };
  }

  /** The first order that the exchange takes afterwards. */
  async resumed(sinceMs: number, afterSeq: number, standing: Standing): Promise<Verdict> {
    const { patience, truth, steering } = this.parts;
    const what = 'orders go on';
    if (standing.kind === 'halted') {
      const stray = truth.firstAccepted(afterSeq);
      const code = await steering.enable();
      return verdict(
        'halted: no order leaves',
        ['I-58'],
        stray === undefined ? [] : [`entry ${String(stray.entry.seq)} was taken while ${standing.reason}`],
        code === undefined ? standing.reason : `${standing.reason}; enabling is refused: ${code}`,
      );
    }
    const first = await patience.until(() => truth.firstAccepted(afterSeq), {
      withinMs: SETTLED_WITHIN_MS,
      everyMs: 25,
    });
    const problems = first === undefined ? [`none was taken in ${String(SETTLED_WITHIN_MS / 1_000)} s`] : [];
    return verdict(what, ['I-58'], problems, 'the exchange takes orders', (first?.seenMs ?? patience.nowMs) - sinceMs);
  }

  /** Who was struck is led again: by a newer epoch, at once where it was killed. */
  async ledAgain({ planned, led, beganMs, endedMs }: Strike): Promise<readonly Verdict[]> {
    if (led === undefined) return [];
    const { patience, processes, truth } = this.parts;
    const { service, epoch, seq } = led;
    const isFrozen = planned.step.kind === 'freeze';
    const looksUntilMs = isFrozen ? endedMs + 2_000 : beganMs + SETTLED_WITHIN_MS;
    const taken = await patience.until(() => processes.newerLeader(service, epoch), {
      withinMs: looksUntilMs - patience.nowMs,
      everyMs: 20,
    });
    if (taken === undefined && isFrozen)
      return [verdict(`${service} kept its lease`, ['HA-2'], [], `epoch ${String(epoch)}, back in time`)];
    const problems = taken === undefined ? ['nobody leads with a newer epoch'] : [];
    const held = `${led.name} (epoch ${String(epoch)}) → ${taken?.name ?? ''} (epoch ${String(taken?.epoch)})`;
    const rows = [verdict(`${service} is led again`, ['HA-2', 'I-03'], problems, held, patience.nowMs - beganMs)];
    if (service !== 'execution') return rows;
    const first = await patience.until(() => truth.firstAccepted(seq, (cloid) => epochOf(cloid) > epoch), {
      withinMs: beganMs + SETTLED_WITHIN_MS - patience.nowMs,
      everyMs: 25,
    });
    if (first === undefined) return rows;
    const ms = first.seenMs - beganMs;
    return [
      ...rows,
      verdict('first order of the new leader', ['F-01'], [], 'from the fault, as the exchange took it', ms),
    ];
  }

  /** Exactly one leads each service, and where there are two the other waits for its turn. */
  async paired(sinceMs: number): Promise<Verdict> {
    const { patience, processes, fleet } = this.parts;
    let problems: readonly string[] = [];
    const whole = await patience.until(
      async () => {
        const pairs = await Promise.all(
          SERVICES.map(async (service) => ({ service, seen: await processes.instances(service) })),
        );
        problems = pairs.flatMap(({ service, seen }) => unpaired(service, seen));
        return problems.length === 0 ? true : undefined;
      },
      { withinMs: PAIRED_WITHIN_MS },
    );
    const held = fleet.hasStandbys ? 'one leads and one stands by, six times' : 'six services ready';
    return verdict('one leads each service', ['I-03'], whole === true ? [] : problems, held, patience.nowMs - sinceMs);
  }

  /** Nothing new is sent and nothing rests any more: the moment in which both books must say the same. */
  async quiet(bus: FleetBus): Promise<void> {
    const { patience, steering, announcer } = this.parts;
    const isQuiet = await patience.until(
      async () => {
        await steering.disable();
        await steering.cancelAll();
        const open = await bus.openOrders().catch(() => undefined);
        return open?.length === 0 ? true : undefined;
      },
      { withinMs: QUIET_WITHIN_MS, everyMs: 300 },
    );
    if (isQuiet !== true) announcer.warns('books', 'orders are still open');
  }
}

function unpaired(service: string, seen: readonly SeenInstance[]): readonly string[] {
  const leaders = seen.filter(({ role }) => role === 'primary');
  if (leaders.length > 1) return [`${service} is led by ${leaders.map(({ name }) => name).join(' and ')}`];
  const [leader] = seen.length === 1 ? seen : leaders;
  if (leader?.isReady !== true) return [`nobody leads ${service}`];
  const second = seen.find(({ name }) => name !== leader.name);
  return second === undefined || second.isWarm ? [] : [`${second.name} is ${second.role ?? 'not answering'}`];
}

/** Every order that the fleet's own facts tell of from a sequence on, as it stands at the end. */
export async function knownOrders(
  connection: MessageBus,
  from: ReadonlyMap<string, bigint>,
): Promise<ReadonlyMap<string, KnownOrder>> {
  const bus = new FleetBus(connection);
  const known = new Map<string, KnownOrder>();
  for (const [account, first] of from) {
    for (let next = first; ;) {
      const { events, lastSequence } = await bus.events(account, next, PAGE);
      for (const { fact } of events) {
        const order = fact.kind === 'order_changed' || fact.kind === 'order_filled' ? fact.order : undefined;
        if (order !== undefined)
          known.set(order.clientOrderId, {
            clientOrderId: order.clientOrderId,
            state: order.state satisfies OrderState,
            filledQuantity: order.filledQuantity,
          });
      }
      const last = events.at(-1);
      if (last === undefined || last.sequence >= lastSequence) break;
      next = last.sequence + 1n;
    }
  }
  return known;
}

/** Where each account's facts begin that are not written yet. */
export async function nextFacts(
  connection: MessageBus,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const bus = new FleetBus(connection);
  const next = new Map<string, bigint>();
  for (const account of accounts) next.set(account, (await bus.events(account, 1n, 1)).lastSequence + 1n);
  return next;
}
