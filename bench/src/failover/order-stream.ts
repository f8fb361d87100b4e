import type { Company } from './company.js';

/** Orders on their way at once: more would only wait in a service that stands still. */
const OUTSTANDING_MAX = 64;

/** Orders that go on while things happen, as strategies do not stop for them. */
export class OrderStream {
  private readonly timer: NodeJS.Timeout;
  private readonly outstanding = new Set<Promise<void>>();

  constructor({ desk, price }: Company, strategy: string, everyMs: number) {
    this.timer = setInterval(() => {
      if (this.outstanding.size >= OUTSTANDING_MAX) return;
      const asked = desk.pass(strategy, price).finally(() => this.outstanding.delete(asked));
      this.outstanding.add(asked);
    }, everyMs);
  }

  /** Resolves when the last one has its answer, or none. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.outstanding);
  }
}
