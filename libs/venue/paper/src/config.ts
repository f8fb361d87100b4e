import type { AccountId, Amount, Clock, Timers, Venue } from '@argosy/domain';
import type { Disk, Logger, MessageBus } from '@argosy/platform-port';

export interface PaperTradingConfig {
  readonly accountId: AccountId;
  /** Whose market data and instruments it trades on. */
  readonly venue: Venue;
  /** Folder of the journals, one file an account. */
  readonly folder: string;
  /** What a new account starts with, in the margin asset; an account that has a journal keeps what it has. */
  readonly cash: Amount;
  /** Share of the notional a maker pays; negative is a rebate. */
  readonly makerFeeRate: Amount;
  readonly takerFeeRate: Amount;
  /** A book older than this is no book, ms. */
  readonly bookAgeMsMax?: number;
  /** Between two funding payments, ms. */
  readonly fundingIntervalMs?: number;
}

export interface PaperPorts {
  readonly bus: MessageBus;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

export interface PaperSettings extends Required<Omit<PaperTradingConfig, 'folder'>> {
  readonly journalPath: string;
}

/** market-data withdraws a silent book by itself; this is for the case that market-data is silent. */
const BOOK_AGE_MS_MAX = 10_000;
const FUNDING_INTERVAL_MS = 3_600_000;
/** A fee or rebate above a tenth of the value is a slip of the keyboard. */
const FEE_RATE_MAX = 100_000_000_000n;

/** @throws RangeError naming the setting that is out of its bounds. */
export function paperSettings(config: PaperTradingConfig): PaperSettings {
  const { folder, ...rest } = config;
  const settings = {
    ...rest,
    bookAgeMsMax: config.bookAgeMsMax ?? BOOK_AGE_MS_MAX,
    fundingIntervalMs: config.fundingIntervalMs ?? FUNDING_INTERVAL_MS,
    journalPath: `${folder}/${config.accountId}.journal`,
  };
  check('folder', folder, folder !== '');
  check('cash', config.cash, config.cash >= 0n);
  for (const name of ['makerFeeRate', 'takerFeeRate'] as const)
    check(name, config[name], config[name] <= FEE_RATE_MAX && config[name] >= -FEE_RATE_MAX);
  check('bookAgeMsMax', settings.bookAgeMsMax, settings.bookAgeMsMax >= 100 && settings.bookAgeMsMax <= 600_000);
  const interval = settings.fundingIntervalMs;
  check('fundingIntervalMs', interval, Number.isInteger(interval) && interval >= 1_000 && interval <= 86_400_000);
  return settings;
}

function check(name: string, value: unknown, isGood: boolean): void {
  if (!isGood) throw new RangeError(`paper account: ${name} is out of range, was '${String(value)}'`);
}
