import { Fault, type Instrument, type Timer, type Timers } from '@argosy/domain';
import type { Logger } from '@argosy/platform-port';
import { Catalogue, type CatalogueChange, parseMeta } from './instruments.js';
import type { InfoClient } from './transport/info-client.js';

/** Keeps the catalogue fresh: at the start, each interval, and when a message hints that a rule has changed (5.13). */
export class InstrumentDirectory {
  readonly catalogue: Catalogue;
  private timer: Timer | undefined;
  private loading: Promise<readonly CatalogueChange[]> | undefined;
  private onChange: (instrument: Instrument) => void = () => undefined;

  constructor(
    private readonly info: InfoClient,
    private readonly logger: Logger,
    known: readonly Instrument[],
  ) {
    this.catalogue = new Catalogue(known);
  }

  /** Reads the universe anew. Faults as `InfoClient.ask`; the catalogue then stays as it was. */
  async load(): Promise<readonly Instrument[]> {
    const first = this.catalogue.size === 0;
    this.loading ??= this.fetch().finally(() => {
      this.loading = undefined;
    });
    const changes = await this.loading;
    if (!first) for (const { listing } of changes) this.onChange(listing.instrument);
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
      this.logger.warning('instruments_not_refreshed', { code: error.code, reason: error.message });
    });
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
    this.onChange = () => undefined;
  }

  private async fetch(): Promise<readonly CatalogueChange[]> {
    const { listings, skipped } = await this.info.ask({ type: 'meta' }, parseMeta);
    if (skipped > 0) this.logger.info('instruments_skipped', { count: skipped });
    return this.catalogue.update(listings);
  }
}
