import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { ReadinessService } from './readiness.service.js';
import type { Token } from './wire.js';

/** What a plain class may have to take part in a service's life; every method is optional. */
export interface Part {
  /** Resolves when the part can work; a rejection ends the process. */
  start?(): Promise<void> | void;
  /** Lets go, last started first stopped. */
  stop?(): Promise<void> | void;
  /** Asked for each health report once started: why the part cannot work now, or undefined. */
  waitingFor?(): string | undefined;
}

export interface NamedPart {
  readonly name: string;
  readonly part: Part;
}

/** One step of the start: which parts it needs and what it makes of them. */
export interface Step {
  readonly token: InjectionToken | undefined;
  make(instance: unknown, readiness: ReadinessService): NamedPart;
}

export const START_ORDER: unique symbol = Symbol('start order');
/** The place in the order from which on messages are answered. */
export const ROUTES_STEP = 'routes';

const dashed = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();

/** Waits until a dependency answers, for ever and with the reason in the health report, before the next part starts. */
export function waitUntil<T>(name: string, token: Token<T>, probe: (dependency: T) => Promise<void> | void): Step {
  return {
    token,
    make: (instance, readiness) => ({
      name,
      part: { start: () => readiness.waitFor(name, async () => probe(instance as T)) },
    }),
  };
}

/** Where in the order the route table is bound; without it, after everything else. */
export const bindRoutes = (): Step => ({ token: undefined, make: () => ({ name: ROUTES_STEP, part: {} }) });

const startOf = (token: Token<Part>): Step => ({
  token,
  make: (instance) => ({ name: dashed(token.name), part: instance as Part }),
});

/**
 * Declares what starts in which order; the reverse is the order of stopping. A class without `start` or `stop` may stand
 * here too, if it has the other.
 */
export function startInOrder(
  ...steps: readonly (Token<Part> | Step)[]
): FactoryProvider<(readiness: ReadinessService) => readonly NamedPart[]> {
  const all = steps.map((step) => (typeof step === 'function' ? startOf(step) : step));
  return {
    provide: START_ORDER,
    inject: all.flatMap(({ token }) => (token === undefined ? [] : [token])),
    useFactory:
      (...instances: unknown[]) =>
      (readiness: ReadinessService) => {
        const left = [...instances];
        return all.map((step) => step.make(step.token === undefined ? undefined : left.shift(), readiness));
      },
  };
}
