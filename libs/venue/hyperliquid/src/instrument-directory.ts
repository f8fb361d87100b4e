import { type Clock, Fault, type Instrument, type Timer, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import { Catalogue, parseMeta } from './instruments.js';
import type { InfoClient } from './transport/info-client.js';

/** A message may hint that an instrument changed; asking more often than this helps nobody. */
const HINTED_REFRESH_MS_MIN = 5_000;

/** Keeps the catalogue fresh: at the start, each interval, and when a message hints that a rule has changed (5.13). */
export class InstrumentDirectory {
  readonly catalogue: Catalogue;
  private timer: Timer | undefined;
  private loading: Promise<void> | undefined;
  private lastHintMs = Number.NEGATIVE_INFINITY;
  private onChange: (instrument: Instrument) => void = () => undefined;

  constructor(
    private readonly info: InfoClient,
    private readonly ports: { readonly clock: Clock; readonly logger: Logger },
    known: readonly Instrument[],
  ) {
    this.catalogue = new Catalogue(known);
  }

  /** Reads the universe anew. Faults as `InfoClient.ask`; the catalogue then stays as it was. */
  async load(): Promise<readonly Instrument[]> {
    this.loading ??= this.fetch().finally(() => {
      this.loading = undefined;
    });
    await this.loading;
    return this.catalogue.instruments;
  }

  /** Loads if that has not happened yet. */
  async ready(): Promise<Catalogue> {
    if (this.catalogue.size === 0) await this.load();
    return this.catalogue;
  }

  watch(timers: Timers, intervalMs: number, onChange: (instrument: Instrument) => void): void {
    this.onChange = onChange;
    this.timer?.cancel();
    this.timer = timers.every(intervalMs, () => this.refresh());
  }

  /** As `load`, in the background; one at a time. */
  refresh(): void {
    if (this.loading !== undefined) return;
    this.load().catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      this.ports.logger.warning('instruments_not_refreshed', { code: error.code, reason: error.message });
    });
  }

  /** Something of the venue's does not fit what we know: look again, though not each time. */
  hint(): void {
    const nowMs = this.ports.clock.monotonicMs();
    if (nowMs - this.lastHintMs < HINTED_REFRESH_MS_MIN) return;
    this.lastHintMs = nowMs;
    this.refresh();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.onChange = () => undefined;
  }

  private async fetch(): Promise<void> {
    const { listings, skipped } = await this.info.ask({ type: 'meta' }, parseMeta);
    if (skipped > 0) this.ports.logger.info('instruments_skipped', { count: skipped });
    const isFirst = this.catalogue.size === 0;
    for (const { listing } of this.catalogue.update(listings)) if (!isFirst) this.onChange(listing.instrument);
  }
}
