import type { TraceContext } from '@argosy/platform-port';
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Which span the running code belongs to, for log lines and for spans started without naming a parent. It follows
 * awaits and timers, so whatever outlives its message (a loop, a publisher) has to name its parent itself.
 */
export class TraceScope {
  readonly #storage = new AsyncLocalStorage<TraceContext>();

  run<T>(context: TraceContext, work: () => T): T {
    return this.#storage.run(context, work);
  }

  current(): TraceContext | undefined {
    return this.#storage.getStore();
  }
}
