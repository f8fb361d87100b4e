import { ACCOUNT_KINDS, type AccountKind, type Venue, VENUES } from '@argosy/domain';
import { DurationMs, Int, LimitText, Name, NestedList, OneOf, Optional, SecretReference, Text } from './fields.js';

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** One trading account of ours: the unit of leadership and of scale. */
export class AccountEntry {
  @Name()
  readonly account_id!: string;
  @OneOf(VENUES)
  readonly venue!: Venue;
  @OneOf(ACCOUNT_KINDS)
  readonly kind!: AccountKind;
  /** Our own number of it, part of every client order id; never reused for another account. */
  @Int({ min: 0, max: 65_535 })
  readonly number!: number;
  /** The account's address at the venue; absent for a paper account. */
  @Optional()
  @Text({ pattern: ADDRESS, lengthMax: 42 })
  readonly wallet_address?: string | undefined;
  /** Where its signing key is; absent for a paper account. */
  @Optional()
  @SecretReference()
  readonly private_key?: string | undefined;
  @OneOf(['mainnet', 'testnet'])
  readonly network: 'mainnet' | 'testnet' = 'testnet';
}

/** `accounts.yaml`: who may trade where. Execution reads the keys' places, risk only the names. */
export class AccountsFile {
  /** 0…65535: this fleet among those that share a venue account. */
  @Int({ min: 0, max: 65_535 })
  readonly fleet_number!: number;
  @NestedList(() => AccountEntry, { min: 1, max: 64 })
  readonly accounts!: readonly AccountEntry[];
}

/** Limits of one instrument; an instrument without an entry does not trade. */
export class InstrumentLimitEntry {
  @Name()
  readonly instrument!: string;
  /** Base units of one order. */
  @LimitText()
  readonly max_order_quantity!: string;
  /** USD with every open order filled. */
  @LimitText()
  readonly max_position_usd!: string;
  /** Whose mid stands beside the venue's oracle as a price reference. */
  @Name()
  readonly reference_instrument!: string;
}

/** `limits.yaml`: every limit of the fleet. None has a default: a fleet without a limit must not start. */
export class LimitsFile {
  @LimitText()
  readonly max_order_value_usd!: string;
  @LimitText()
  readonly max_gross_exposure_usd!: string;
  @LimitText()
  readonly max_net_exposure_usd!: string;
  @LimitText()
  readonly max_leverage!: string;
  @LimitText({ max: '1' })
  readonly max_margin_use!: string;
  @Int({ min: 1, max: 100_000 })
  readonly max_open_orders!: number;
  @Int({ min: 1, max: 5_000 })
  readonly price_collar_bps!: number;
  @DurationMs({ min: 10, max: 60_000 })
  readonly reference_age_max!: number;
  @DurationMs({ min: 10, max: 60_000 })
  readonly book_age_max!: number;
  @DurationMs({ min: 100, max: 300_000 })
  readonly equity_age_max!: number;
  @Int({ min: 1, max: 100_000 })
  readonly strategy_orders_per_window!: number;
  @Int({ min: 1, max: 100_000 })
  readonly fleet_orders_per_window!: number;
  @DurationMs({ min: 100, max: 3_600_000 })
  readonly rate_window!: number;
  @Int({ min: 1, max: 10_000 })
  readonly repeats_per_window!: number;
  @DurationMs({ min: 100, max: 3_600_000 })
  readonly repeat_window!: number;
  /** Losses of an account as shares of its equity at 00:00 UTC: the last hour warns, then kills. */
  @LimitText({ max: '0.5' })
  readonly hourly_loss_warning!: string;
  @LimitText({ max: '0.5' })
  readonly hourly_loss_kill!: string;
  /** Since 00:00 UTC. */
  @LimitText({ max: '0.5' })
  readonly daily_loss_warning!: string;
  @LimitText({ max: '0.5' })
  readonly daily_loss_kill!: string;
  /** Below the highest equity, of the highest: warns, cuts to reductions, warns again, kills. */
  @LimitText({ max: '0.5' })
  readonly drawdown_warning!: string;
  @LimitText({ max: '0.5' })
  readonly drawdown_reduce_only!: string;
  @LimitText({ max: '0.5' })
  readonly drawdown_second_warning!: string;
  @LimitText({ max: '0.5' })
  readonly drawdown_kill!: string;
  /** Between two equity samples of the value at risk, and over how many returns it is taken. */
  @DurationMs({ min: 10_000, max: 86_400_000 })
  readonly var_interval!: number;
  @Int({ min: 20, max: 1_000 })
  readonly var_returns_min!: number;
  @Int({ min: 20, max: 1_000 })
  readonly var_returns_max!: number;
  /** What makes a strategy a runaway: it is stopped, and a named person re-enables it. */
  @Int({ min: 1, max: 10_000 })
  readonly runaway_submissions_per_second!: number;
  @Int({ min: 1, max: 100_000 })
  readonly runaway_refusals_per_window!: number;
  @Int({ min: 1, max: 10_000 })
  readonly runaway_repeats_per_window!: number;
  @Int({ min: 1, max: 10_000 })
  readonly runaway_flips_per_window!: number;
  @DurationMs({ min: 1_000, max: 3_600_000 })
  readonly runaway_window!: number;
  /** An order sent, in doubt or being cancelled for longer is stuck; so is one that rests, or a position that is held. */
  @DurationMs({ min: 1_000, max: 3_600_000 })
  readonly stuck_order_after!: number;
  @DurationMs({ min: 60_000, max: 604_800_000 })
  readonly stuck_resting_after!: number;
  @DurationMs({ min: 60_000, max: 604_800_000 })
  readonly stuck_position_after!: number;
  @NestedList(() => InstrumentLimitEntry, { min: 1, max: 1_000 })
  readonly instruments!: readonly InstrumentLimitEntry[];
}
