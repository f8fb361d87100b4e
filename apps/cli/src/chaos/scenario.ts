import type { ServiceName } from '@argosy/contracts';
import type { FaultName, FaultTarget } from '@argosy/exchange-core';

/** Who of the fleet's processes: whoever leads a service, or one of what the services stand on. */
export type Target = `leader:${ServiceName}` | Server;
export const SERVERS = ['postgres', 'nats', 'exchange-sim'] as const;
export type Server = (typeof SERVERS)[number];

/** Whose files can be full: all six services with their strategies, or one of what they stand on. */
export type DiskUser = 'services' | Exclude<Server, 'exchange-sim'>;

/** One thing that is done to the fleet, and what ends it. */
export type Act =
  /** The simulated exchange misbehaves for so long, or until it has done so `count` times. */
  | {
      readonly kind: 'venue';
      readonly fault: FaultName;
      readonly target?: FaultTarget;
      readonly rate?: number;
      readonly count?: number;
      readonly settings?: Readonly<Record<string, number | string>>;
      readonly forMs: number;
    }
  /** `SIGKILL`: nothing is said, nothing is finished. Whoever supervises starts it again. */
  | { readonly kind: 'kill'; readonly who: Target }
  /** `SIGKILL`, and all that it had written is gone: the loss of its volume. */
  | { readonly kind: 'wipe'; readonly who: 'nats' }
  /** `SIGTERM`: it drains, gives its lease back and ends. */
  | { readonly kind: 'end'; readonly who: Target }
  /** `SIGSTOP`, and `SIGCONT` after so long. */
  | { readonly kind: 'freeze'; readonly who: Target; readonly forMs: number }
  /** Nothing that they write to a file goes in, also of those who are started again meanwhile. */
  | { readonly kind: 'full_disk'; readonly who: DiskUser; readonly forMs: number }
  /** The kill switch, by the gateway; it is lifted when the faults are over and its proof is complete. */
  | { readonly kind: 'kill_switch' };

/** `atMs` counts from the scenario's begin. */
export type Step = Act & { readonly atMs: number };

/** A number that can be set by hand and is drawn from `drawn` by seed. */
export interface Setting {
  readonly usual: number;
  readonly least: number;
  readonly most: number;
  readonly drawn: readonly number[];
}
export type Settings = Readonly<Record<string, number>>;

export interface Scenario {
  readonly name: string;
  /** What it does, a phrase. */
  readonly story: string;
  /** Faults of the catalogue that it is one of. */
  readonly faults: readonly string[];
  readonly settings: Readonly<Record<string, Setting>>;
  readonly steps: (settings: Settings) => readonly Step[];
  /** What it ends in takes a person, or what it needs not every machine has: no seed draws it. */
  readonly isByHand?: true;
}

/** Keeps the names of settings, so that steps read only what there is. */
export const scenario = <const S extends Readonly<Record<string, Setting>>>(given: {
  readonly name: string;
  readonly story: string;
  readonly faults: readonly string[];
  readonly settings: S;
  readonly steps: (settings: Readonly<Record<keyof S & string, number>>) => readonly Step[];
}): Scenario => given;

export const usual = ({ settings }: Scenario): Settings =>
  Object.fromEntries(Object.entries(settings).map(([name, { usual: value }]) => [name, value]));

/** When a step is over, counted as `atMs` is. */
export const stepEndsMs = (step: Step): number => step.atMs + ('forMs' in step ? step.forMs : 0);

/** From its first step to the end of its last. */
export const lengthMs = (steps: readonly Step[]): number => Math.max(0, ...steps.map(stepEndsMs));

/** What a step lays hands on; two that lay hands on the same thing at once prove nothing. */
export function touches(step: Step): string {
  if (step.kind === 'venue') return `venue ${step.fault}`;
  if (step.kind === 'full_disk') return `disk ${step.who}`;
  return step.kind === 'kill_switch' ? 'kill switch' : step.who;
}

/** To a tenth, as people read it. */
export const seconds = (ms: number): string => `${String(Math.round(ms / 100) / 10)} s`;

/** A step as people read it. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'venue': {
      const on = Object.values(step.target ?? {}).join(' ');
      const times = step.count === undefined ? '' : `, at most ${String(step.count)} times`;
      const share = step.rate === undefined ? '' : `, ${String(Math.round(step.rate * 100))} %`;
      return `the exchange: ${step.fault}${on === '' ? '' : ` on ${on}`}${share}${times}, for ${seconds(step.forMs)}`;
    }
    case 'kill':
      return `kill -9 ${step.who}`;
    case 'wipe':
      return `kill -9 ${step.who} and the loss of its volume`;
    case 'end':
      return `SIGTERM ${step.who}`;
    case 'freeze':
      return `SIGSTOP ${step.who} for ${seconds(step.forMs)}`;
    case 'full_disk':
      return `the disk of ${step.who} is full for ${seconds(step.forMs)}`;
    case 'kill_switch':
      return 'the kill switch';
  }
}
