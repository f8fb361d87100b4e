import {
  Flag,
  LimitText,
  Name,
  Nested,
  Optional,
  RawSettings,
  Settings,
  Text,
  TextList,
} from '@argosy/platform-config';

const EXCHANGES = { min: 1, max: 8, pattern: /^[a-z0-9-]{1,32}$/ };
const SYMBOLS = { min: 1, max: 32, pattern: /^[A-Za-z0-9_-]{1,64}$/ };

/** USD. */
export class RiskLimitsPart {
  @LimitText({ max: '1000000000' })
  readonly max_position_usd!: string;
  @LimitText({ max: '1000000000' })
  readonly max_order_size_usd!: string;
}

/** A strategy's configuration file. */
export class StrategyFile {
  @Name()
  readonly strategy_id!: string;
  @Text({ lengthMax: 120 })
  readonly name!: string;
  @Name()
  readonly type!: string;
  /** Loaded when the host starts; a person starts it. */
  @Flag()
  readonly enabled: boolean = false;
  @TextList(EXCHANGES)
  readonly exchanges!: readonly string[];
  /** `hyperliquid_BTC-PERP`, or `BTC-USDT` for that symbol on every exchange of the list that has it. */
  @TextList(SYMBOLS)
  readonly symbols!: readonly string[];
  /** What they are is the affair of the type. */
  @Settings()
  readonly parameters!: RawSettings;
  @Nested(() => RiskLimitsPart)
  readonly risk_limits!: RiskLimitsPart;
  @Flag()
  readonly paper_trading: boolean = false;
  /** Needed where several live accounts trade on the venue. */
  @Optional()
  @Name()
  readonly account?: string | undefined;
  @Optional()
  @Name()
  readonly paper_account?: string | undefined;
}

export class RiskLimitsPatch {
  @Optional()
  @LimitText({ max: '1000000000' })
  readonly max_position_usd?: string | undefined;
  @Optional()
  @LimitText({ max: '1000000000' })
  readonly max_order_size_usd?: string | undefined;
}

/** What may change while a strategy is loaded. */
export class StrategyPatchFile {
  @Optional()
  @Text({ lengthMax: 120 })
  readonly name?: string | undefined;
  @Optional()
  @Flag()
  readonly enabled?: boolean | undefined;
  @Optional()
  @Settings()
  readonly parameters?: RawSettings | undefined;
  @Optional()
  @Nested(() => RiskLimitsPatch)
  readonly risk_limits?: RiskLimitsPatch | undefined;
  @Optional()
  @Flag()
  readonly paper_trading?: boolean | undefined;
}
