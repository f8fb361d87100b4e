import { IDENTITIES } from './identities.js';
import type { NatsLink } from './nats-link.js';
import { MESSAGING_LIMITS, type Parts } from './parts.js';
import { ensureStreams, STREAMS } from './streams.js';

/**
 * Makes the streams of their owner again when they are gone, as after the loss of the server's whole volume (I-45, F-24).
 * What they held is refilled by the consumers, from the outbox of whoever wrote it.
 */
export class StreamKeeper {
  readonly #owned;
  #looking: Promise<void> | undefined;
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly link: NatsLink,
    private readonly parts: Parts,
  ) {
    const names = Object.entries(IDENTITIES).find(([service]) => service === link.service)?.[1].owns ?? [];
    this.#owned = STREAMS.filter(({ name }) => names.includes(name));
  }

  /** After a failure to store: at most one look a second, and nothing where no stream is ours. Never rejects. */
  repair(): Promise<void> {
    const nowMs = this.parts.clock.monotonicMs();
    const isDue = this.link.up && nowMs - this.#lookedAtMs >= MESSAGING_LIMITS.repairEveryMs;
    if (this.#owned.length === 0 || !isDue) return this.#looking ?? Promise.resolve();
    this.#lookedAtMs = nowMs;
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<void> {
    try {
      const made = await ensureStreams(this.link.connection, this.#owned);
      if (made.length > 0) this.parts.logger.critical('streams_made_again', { streams: made.join(', ') });
    } catch (error) {
      this.parts.logger.warning('streams_not_made', { reason: String(error) });
    }
  }
}
