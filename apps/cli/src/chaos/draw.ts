import type { Random } from '@argosy/domain';
import {
  describeStep,
  lengthMs,
  seconds,
  type Scenario,
  type Settings,
  type Step,
  touches,
  usual,
} from './scenario.js';

/** One scenario with its numbers, and when it begins. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly settings: Settings;
  readonly atMs: number;
}

export interface PlannedStep {
  readonly scenario: string;
  readonly step: Step;
}

/** What one run does, in the order of its moments. */
export interface Plan {
  readonly title: string;
  /** Of the exchange's own dice. */
  readonly seed: number;
  readonly chosen: readonly Chosen[];
  readonly steps: readonly PlannedStep[];
  /** The command that does the same. */
  readonly again: string;
}

/** F-54. */
const AT_LEAST = 2;
const AT_MOST = 4;

const stepsOf = ({ scenario, settings, atMs }: Chosen): readonly PlannedStep[] =>
  scenario.steps(settings).map((step) => ({ scenario: scenario.name, step: { ...step, atMs: step.atMs + atMs } }));

const inOrder = (steps: readonly PlannedStep[]): readonly PlannedStep[] =>
  [...steps].sort((a, b) => a.step.atMs - b.step.atMs);

/** One scenario, with the numbers given by hand in place of the usual ones. */
export function planOne(scenario: Scenario, given: Settings, seed: number): Plan {
  const chosen: Chosen = { scenario, settings: { ...usual(scenario), ...given }, atMs: 0 };
  const set = Object.entries(given).map(([name, value]) => ` --set ${name}=${String(value)}`);
  return {
    title: scenario.name,
    seed,
    chosen: [chosen],
    steps: inOrder(stepsOf(chosen)),
    again: `argosy chaos run ${scenario.name}${set.join('')}`,
  };
}

/**
 * Two to four scenarios that do not lay hands on the same thing, with their numbers and moments: the same seed draws the
 * same, whatever the fleet does.
 * @param forMs the window in which they begin and end
 */
export function planDrawn(all: readonly Scenario[], random: Random, seed: number, forMs: number): Plan {
  const wanted = AT_LEAST + Math.floor(random.unit() * (AT_MOST - AT_LEAST + 1));
  const chosen: Chosen[] = [];
  const touched = new Set<string>();
  for (const scenario of shuffled(drawable(all), random)) {
    if (chosen.length === wanted) break;
    const settings = drawSettings(scenario, random);
    const steps = scenario.steps(settings);
    const spareMs = forMs - lengthMs(steps);
    if (spareMs < 0 || steps.some((step) => touched.has(touches(step)))) continue;
    for (const step of steps) touched.add(touches(step));
    chosen.push({ scenario, settings, atMs: Math.round((random.unit() * spareMs) / 100) * 100 });
  }
  return {
    title: `seed ${String(seed)}`,
    seed,
    chosen,
    steps: inOrder(chosen.flatMap(stepsOf)),
    again: `argosy chaos run --seed ${String(seed)} --for ${String(forMs / 1_000)}s`,
  };
}

export const drawable = (all: readonly Scenario[]): readonly Scenario[] =>
  all.filter(({ isByHand }) => isByHand !== true);

function drawSettings({ settings }: Scenario, random: Random): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, { drawn, usual: fallback }]) => [
      name,
      drawn[Math.floor(random.unit() * drawn.length)] ?? fallback,
    ]),
  );
}

function shuffled<T>(all: readonly T[], random: Random): readonly T[] {
  const left = [...all];
  const drawn: T[] = [];
  while (left.length > 0) drawn.push(...left.splice(Math.floor(random.unit() * left.length), 1));
  return drawn;
}

export const describePlan = ({ steps }: Plan): readonly string[] =>
  steps.map(({ step }) => `${seconds(step.atMs).padStart(5)}  ${describeStep(step)}`);
