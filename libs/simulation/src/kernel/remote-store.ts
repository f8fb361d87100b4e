import { Fault } from '@argosy/domain';
import type { EventLog } from './event-log.js';
import type { Way } from './network.js';
import type { Scheduler } from './scheduler.js';
import type { SimProcess } from './sim-process.js';

/** What the database does to one call; drawn or planned by whoever holds the hand. */
export type StoreFate =
  /** It works. */
  | 'done'
  /** Nothing reached it. */
  | 'unreachable'
  /** It did what was asked, and its answer is lost. */
  | 'answer_lost';

/** Asked at both sides of every effect: where a process may die (F-13). */
export interface StoreHooks {
  fate(): StoreFate;
  /** True ends the process here; `target` is `journal.write`. */
  diesAt(process: SimProcess, target: string, side: 'before' | 'after'): boolean;
}

/** The database as a machine: up or down, quick or slow. */
export interface StoreServer {
  readonly name: string;
  readonly up: boolean;
  /** Time of one transaction, microseconds. */
  workUs(): number;
}

/** After it a client gives a call up, as the real pool does. */
const CALL_TIMEOUT_US = 5_000_000;

export interface RemoteStoreParts {
  readonly process: SimProcess;
  readonly scheduler: Scheduler;
  /** The process' connection to the server, which all its stores share. */
  readonly there: Way;
  readonly back: Way;
  readonly server: StoreServer;
  readonly hooks: StoreHooks;
  readonly log: EventLog;
}

/**
 * An in-memory twin as a process sees it: far away, and only as good as the wire and the server. Every method is a call
 * over the network; an effect happens once or not at all, and whether the caller learns of it is another matter.
 */
export function remoteStore<Store extends object>(name: string, twin: Store, parts: RemoteStoreParts): Store {
  const methods = new Map<string, (...asked: unknown[]) => Promise<unknown>>();
  return new Proxy(twin, {
    get: (_twin, property) => {
      const method = String(property);
      const known = methods.get(method);
      if (known !== undefined) return known;
      const own: unknown = Reflect.get(twin, property, twin);
      if (typeof own !== 'function') return own;
      const target = `${name}.${method}`;
      const call = (...asked: unknown[]): Promise<unknown> =>
        remoteCall(parts, { store: name, method, target, effect: () => Reflect.apply(own, twin, asked) as unknown });
      methods.set(method, call);
      return call;
    },
  });
}

interface RemoteCall {
  readonly store: string;
  readonly method: string;
  /** Both: how faults and crash points name it. */
  readonly target: string;
  readonly effect: () => unknown;
}

function remoteCall(parts: RemoteStoreParts, { store, method, target, effect }: RemoteCall): Promise<unknown> {
  const { process, scheduler, there, back, server, hooks, log } = parts;
  if (hooks.diesAt(process, target, 'before')) process.kill();
  return process.ask((resolve, reject) => {
    let open = true;
    const lost = (why: string): void => {
      if (!open) return;
      open = false;
      giveUp.cancel();
      reject(new Fault('STORE_UNAVAILABLE', `${target}: ${why}`));
    };
    const giveUp = scheduler.after(CALL_TIMEOUT_US, () => lost('no answer'));
    const answer = (settle: () => void): void => {
      back.send(() => {
        if (!open) return;
        open = false;
        giveUp.cancel();
        settle();
      });
    };
    const fate = hooks.fate();
    if (fate === 'unreachable') {
      scheduler.after(there.delayUs(), () => lost('connection refused'));
      return;
    }
    there.send(() => {
      // Given up: the socket is closed, and what was still in it is gone.
      if (!open || !process.alive) return;
      if (!server.up) return lost('the server is down');
      scheduler.after(server.workUs(), () => {
        if (!server.up) return lost('the server went down');
        log.write(process.name, store, method);
        const crash = (): void => {
          if (hooks.diesAt(process, target, 'after')) process.kill();
        };
        const deliver = (settle: () => void): void => {
          crash();
          if (fate === 'answer_lost') lost('the connection was reset');
          else answer(settle);
        };
        Promise.resolve(perform(effect)).then(
          (value) => deliver(() => resolve(value)),
          (error: unknown) => deliver(() => reject(error instanceof Error ? error : new Error(String(error)))),
        );
      });
    });
  });
}

/** A twin that throws instead of rejecting answers like one that rejects. */
async function perform(effect: () => unknown): Promise<unknown> {
  return effect();
}
