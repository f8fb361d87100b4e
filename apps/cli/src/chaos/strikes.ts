import type { ServiceName } from '@argosy/contracts';
import { faultSpec } from '@argosy/exchange-core';
import { CommandError } from '../exit-codes.js';
import type { Announcer } from '../fleet/announcer.js';
import type { PlannedStep } from './draw.js';
import type { ExchangeControl } from './exchange-control.js';
import type { FleetProcesses } from './fleet-processes.js';
import type { Patience } from './patience.js';
import { type Act, describeStep, seconds, type Target } from './scenario.js';
import type { Steering } from './steering.js';
import type { Undo } from './undo.js';

/** What one step did, in the milliseconds of our clock. */
export interface Strike {
  readonly planned: PlannedStep;
  readonly beganMs: number;
  /** The fault is over; what it broke may not be whole yet. */
  readonly endedMs: number;
  /** How often it happened: messages it met, or 1. */
  readonly acted: number;
  /** Who led when it struck. */
  readonly led?: { readonly service: ServiceName; readonly name: string; readonly epoch: number; readonly seq: number };
  readonly kill?: KillStrike;
  /** Of a full disk: whose process ended meanwhile. */
  readonly ended?: readonly string[];
}

export interface KillStrike {
  /** From asking to the answer; undefined when nobody answered. */
  readonly acknowledgedMs: number | undefined;
  /** The newest entry of the exchange's truth when the answer was there. */
  readonly seq: number;
}

export interface StrikeParts {
  readonly patience: Patience;
  readonly announcer: Announcer;
  readonly control: ExchangeControl;
  readonly processes: FleetProcesses;
  readonly steering: Steering;
  readonly undo: Undo;
}

const LOOK_EVERY_MS = 100;
/** Rules end on the exchange's clock, which may have stood still. */
const LATE_MS = 15_000;
const KILL_WITHIN_MS = 15_000;
/** Our own kills are lifted again, nobody else's. */
export const KILL_REASON = 'chaos drill';

/** Does what a plan says, each step at its moment. */
export class Strikes {
  constructor(private readonly parts: StrikeParts) {}

  /**
   * Resolves when every fault is over.
   * @param onStrike hears of each as it is over, of a freeze as it begins: whoever takes over does so meanwhile
   */
  async all(steps: readonly PlannedStep[], onStrike: (strike: Strike) => void): Promise<readonly Strike[]> {
    const { patience } = this.parts;
    const beganMs = patience.nowMs;
    const running = steps.map(async (planned, at) => {
      await patience.sleep(beganMs + planned.step.atMs - patience.nowMs);
      this.parts.announcer.warns(planned.scenario, describeStep(planned.step));
      const strike = await this.#strike(planned, `chaos-${String(at)}-${planned.scenario}`, onStrike);
      this.#tell(strike);
      if (planned.step.kind !== 'freeze') onStrike(strike);
      return strike;
    });
    try {
      return await Promise.all(running);
    } catch (error) {
      // The others end before anything is taken away, or they would put it again.
      patience.stop('a step could not be done');
      await Promise.allSettled(running);
      throw error;
    }
  }

  #strike(planned: PlannedStep, id: string, onStrike: (strike: Strike) => void): Promise<Strike> {
    const { step } = planned;
    switch (step.kind) {
      case 'venue':
        return this.#misbehave(planned, step, id);
      case 'freeze':
        return this.#freeze(planned, step, id, onStrike);
      case 'kill':
      case 'end':
        return this.#end(planned, step.who, step.kind === 'kill' ? 'SIGKILL' : 'SIGTERM');
      case 'wipe':
        return this.#wipe(planned, step.who);
      case 'full_disk':
        return this.#fillDisk(planned, step, id);
      case 'kill_switch':
        return this.#killSwitch(planned);
    }
  }

  async #misbehave(planned: PlannedStep, act: Extract<Act, { kind: 'venue' }>, id: string): Promise<Strike> {
    const { control, patience, undo } = this.parts;
    const { fault, target, rate, count, settings, forMs } = act;
    const beganMs = patience.nowMs;
    let acted = 0;
    const take = undo.add(id, async () => {
      acted = await control.remove(id);
    });
    await this.#answered(() =>
      control.put(id, {
        fault,
        forMs,
        ...(target === undefined ? {} : { target }),
        ...(rate === undefined ? {} : { rate }),
        ...(count === undefined ? {} : { count }),
        ...(settings === undefined ? {} : { settings }),
      }),
    );
    await patience.until(
      async () => {
        const view = await control.rule(id).catch(unreachable);
        return view !== undefined && (view.state === 'spent' || view.state === 'over') ? true : undefined;
      },
      { withinMs: forMs + LATE_MS, everyMs: LOOK_EVERY_MS },
    );
    await this.#answered(take);
    // What holds all the while meets everything and counts nothing.
    const times = faultSpec(fault).kind === 'state' ? 1 : acted;
    return { planned, beganMs, endedMs: patience.nowMs, acted: times };
  }

  async #freeze(
    planned: PlannedStep,
    { who, forMs }: Extract<Act, { kind: 'freeze' }>,
    id: string,
    onStrike: (strike: Strike) => void,
  ): Promise<Strike> {
    const { patience, processes, undo } = this.parts;
    const led = await this.#leading(who);
    const pid = await this.#pidOf(who);
    const beganMs = patience.nowMs;
    const thaw = await processes.freeze(pid, forMs);
    const take = undo.add(id, async () => thaw());
    onStrike({ planned, beganMs, endedMs: beganMs + forMs, acted: 1, ...led });
    await patience.sleep(beganMs + forMs - patience.nowMs);
    await take();
    return { planned, beganMs, endedMs: patience.nowMs, acted: 1, ...led };
  }

  async #fillDisk(planned: PlannedStep, act: Extract<Act, { kind: 'full_disk' }>, id: string): Promise<Strike> {
    const { patience, processes, undo } = this.parts;
    const limit = await processes.fileSizeLimit(act.who);
    const beganMs = patience.nowMs;
    const take = undo.add(id, () => limit.lift());
    const endsMs = beganMs + act.forMs;
    while (patience.nowMs < endsMs) {
      await limit.set(endsMs - patience.nowMs);
      await patience.sleep(LOOK_EVERY_MS);
    }
    await take();
    return { planned, beganMs, endedMs: patience.nowMs, acted: 1, ended: limit.ended };
  }

  async #end(planned: PlannedStep, who: Target, signal: 'SIGKILL' | 'SIGTERM'): Promise<Strike> {
    const { patience, processes } = this.parts;
    const led = await this.#leading(who);
    const pid = await this.#pidOf(who);
    const beganMs = patience.nowMs;
    processes.signal(pid, signal);
    // Whoever stood on it hears of its death a moment later: what is looked at before looks at the past.
    const isReplaced = async (): Promise<true | undefined> => ((await processes.hasReplaced(pid)) ? true : undefined);
    if (led.led === undefined) await patience.until(isReplaced, { withinMs: LATE_MS, everyMs: LOOK_EVERY_MS });
    return { planned, beganMs, endedMs: beganMs, acted: 1, ...led };
  }

  /** Frozen while its files go, or it would write some of them again. */
  async #wipe(planned: PlannedStep, who: 'nats'): Promise<Strike> {
    const { processes, undo } = this.parts;
    const thaw = await processes.freeze(await this.#pidOf(who), LATE_MS);
    const take = undo.add(`wipe-${who}`, async () => thaw());
    await processes.wipeStore(who);
    const strike = await this.#end(planned, who, 'SIGKILL');
    await take();
    return strike;
  }

  async #killSwitch(planned: PlannedStep): Promise<Strike> {
    const { patience, steering, control } = this.parts;
    const beganMs = patience.nowMs;
    const isHeld = await patience.until(async () => ((await steering.kill(KILL_REASON)) ? true : undefined), {
      withinMs: KILL_WITHIN_MS,
    });
    const endedMs = patience.nowMs;
    const { truth: seq } = await this.#answered(() => control.figures());
    const kill = { acknowledgedMs: isHeld === true ? endedMs - beganMs : undefined, seq };
    return { planned, beganMs, endedMs, acted: 1, kill };
  }

  async #leading(who: Target): Promise<Pick<Strike, 'led'>> {
    const { patience, processes, control } = this.parts;
    if (!who.startsWith('leader:')) return {};
    const service = who.slice('leader:'.length) as ServiceName;
    const leader = await patience.until(() => processes.leader(service), { withinMs: LATE_MS, everyMs: LOOK_EVERY_MS });
    if (leader === undefined) return {};
    const { truth: seq } = await this.#answered(() => control.figures());
    return { led: { service, name: leader.name, epoch: leader.epoch, seq } };
  }

  /** A program that another step has ended is started again. */
  async #pidOf(who: Target): Promise<number> {
    const { patience, processes } = this.parts;
    const find = (): Promise<number> => processes.find(who).then(({ pid }) => pid);
    const pid = await patience.until(() => find().catch(absent), { withinMs: LATE_MS, everyMs: LOOK_EVERY_MS });
    return pid ?? find();
  }

  /** The control port may stand still with its exchange: asked again until it answers, and then whatever it says. */
  async #answered<T>(ask: () => Promise<T>): Promise<T> {
    const done = await this.parts.patience.until(
      async () =>
        ask()
          .then((value) => ({ value }))
          .catch(unreachable),
      { withinMs: LATE_MS, everyMs: LOOK_EVERY_MS },
    );
    return done === undefined ? ask() : done.value;
  }

  #tell({ planned, beganMs, endedMs, acted, led, kill }: Strike): void {
    const lasted = `over after ${seconds(endedMs - beganMs)}`;
    const times = planned.step.kind === 'venue' ? `, acted ${String(acted)} times` : '';
    const who = led === undefined ? '' : `, on ${led.name} (epoch ${String(led.epoch)})`;
    const answer =
      kill === undefined ? '' : `, acknowledged in ${String(Math.round(kill.acknowledgedMs ?? Number.NaN))} ms`;
    this.parts.announcer.waits(planned.scenario, `${lasted}${times}${who}${answer}`);
  }
}

function absent(error: unknown): undefined {
  if (error instanceof CommandError) return undefined;
  throw error;
}

/** Nobody answers now. */
export function unreachable(error: unknown): undefined {
  if (error instanceof CommandError && error.code === 'CONTROL_UNREACHABLE') return undefined;
  throw error;
}
