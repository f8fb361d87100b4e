import { isBuiltin, registerHooks } from 'node:module';

/** What a strategy reached for and must not have; thrown in its face, so that its own name for it is in the reason. */
export class OutOfReach extends Error {
  override readonly name = 'OutOfReach';

  constructor(what: string, instead = '') {
    super(`${what} is out of a strategy's reach${instead}`);
  }
}

/** The machine, other processes, the network, and everything that a replay would not repeat. */
const HIDDEN: readonly (readonly [name: string, instead?: string])[] = [
  ['process'],
  ['fetch'],
  ['WebSocket'],
  ['EventSource'],
  ['BroadcastChannel'],
  ['MessageChannel'],
  ['WebAssembly'],
  ['navigator'],
  ['localStorage'],
  ['sessionStorage'],
  ['crypto', ': use setup.random'],
  ['performance', ': use event.at'],
  ['setTimeout', ': wait for a timer event'],
  ['setInterval', ': wait for a timer event'],
  ['setImmediate', ': wait for a timer event'],
  ['WeakRef'],
  ['FinalizationRegistry'],
];

const SILENT_METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'assert'] as const;

/**
 * From here on no module of Node can be imported and no way to the machine is left in the globals. One layer of several:
 * the process has no environment, no descriptor and no permission besides. It cannot be undone.
 */
export function closeOff(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (isBuiltin(specifier)) throw new OutOfReach(specifier);
      return next(specifier, context);
    },
  });
  hide('Date', globalThis, strictDate());
  hide('console', globalThis, Object.freeze(Object.fromEntries(SILENT_METHODS.map((name) => [name, () => undefined]))));
  refuse(Math, 'random', new OutOfReach('Math.random', ': use setup.random'));
  for (const [name, instead] of HIDDEN) refuseGlobal(name, instead);
}

function refuseGlobal(name: string, instead?: string): void {
  Object.defineProperty(globalThis, name, {
    configurable: false,
    get: () => {
      throw new OutOfReach(name, instead);
    },
  });
}

function refuse(owner: object, name: string, error: OutOfReach): void {
  const value = (): never => {
    throw error;
  };
  Object.defineProperty(owner, name, { value, writable: false, configurable: false });
}

function hide(name: string, owner: object, value: unknown): void {
  Object.defineProperty(owner, name, { value, writable: false, configurable: false });
}

/** Dates of given times, never of now. */
function strictDate(): DateConstructor {
  const late = (): never => {
    throw new OutOfReach('the wall clock', ': use event.at');
  };
  return new Proxy(Date, {
    apply: late,
    construct: (target, given: readonly unknown[]) => {
      if (given.length === 0) return late();
      return Reflect.construct(target, given) as Date;
    },
    get: (target, key) => (key === 'now' ? late : (Reflect.get(target, key) as unknown)),
  });
}
