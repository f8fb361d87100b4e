import { Fault, format, type Instrument, type InstrumentId, type Timer, type Venue } from '@argosy/domain';
import {
  instrumentChangedCodec,
  instrumentsPageCodec,
  instrumentsRequestCodec,
  patterns,
  subjects,
} from '@argosy/contracts';
import type { Subscription } from '@argosy/platform-port';
import type { AccountPorts } from './account-ports.js';

const REQUEST_TIMEOUT_MS = 2_000;
/** Asked again so often: a change whose announcement was lost is found. */
const REFRESH_MS = 30_000;
const RETRY_MS = 1_000;
const KEY_LIMIT = 4_096;
/** No instrument has it, so no order was decided on it. */
const NO_VERSION = 0;

/**
 * Instrument versions as market-data counts them. Strategies and risk decide on its versions, and every process that
 * counted its own would disagree with them after the first restart; what the rules are, execution still asks the venue.
 */
export class FleetVersions {
  private readonly known = new Map<InstrumentId, Instrument>();
  private subscription: Subscription | undefined;
  private timer: Timer | undefined;
  private stopped = false;

  constructor(
    private readonly venue: Venue,
    private readonly ports: Pick<AccountPorts, 'bus' | 'timers'>,
  ) {}

  start(): void {
    this.subscription = this.ports.bus.subscribeNewest(
      patterns.everyInstrument,
      instrumentChangedCodec,
      { keyLimit: KEY_LIMIT },
      (instrument) => {
        this.saw(instrument);
      },
    );
    this.refresh();
  }

  stop(): void {
    this.stopped = true;
    this.subscription?.close();
    this.timer?.cancel();
  }

  saw(instrument: Instrument): void {
    if (instrument.venue === this.venue) this.known.set(instrument.id, instrument);
  }

  /**
   * The venue's instrument under the fleet's version. Where the two describe different rules one of them is behind, and
   * an order decided on either must not leave; before market-data has spoken the venue's own count stands.
   */
  of(instrument: Instrument): Instrument {
    const told = this.known.get(instrument.id);
    if (told === undefined) return instrument;
    return { ...instrument, version: sameRules(told, instrument) ? told.version : NO_VERSION };
  }

  private refresh(): void {
    void this.ask().then((answered) => {
      if (this.stopped) return;
      this.timer = this.ports.timers.after(answered ? REFRESH_MS : RETRY_MS, () => {
        this.refresh();
      });
    });
  }

  private async ask(): Promise<boolean> {
    try {
      const answer = await this.ports.bus.request(
        subjects.marketInstruments,
        instrumentsRequestCodec,
        instrumentsPageCodec,
        { venue: this.venue },
        { timeoutMs: REQUEST_TIMEOUT_MS },
      );
      if (!answer.ok) return false;
      for (const instrument of answer.value) this.saw(instrument);
      return true;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return false;
    }
  }
}

const rulesOf = ({ priceRule, lot, minimumNotional, status }: Instrument): string =>
  [
    priceRule.kind === 'fixed' ? format(priceRule.tick) : `${String(priceRule.figures)}/${String(priceRule.decimals)}`,
    format(lot),
    format(minimumNotional),
    status,
  ].join(' ');

const sameRules = (a: Instrument, b: Instrument): boolean => rulesOf(a) === rulesOf(b);
