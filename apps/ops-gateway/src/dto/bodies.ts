import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';

const ID = /^[A-Za-z0-9_-]{1,64}$/;
/** Below the configuration folder: no way up, no absolute path. */
const CONFIG_FILE = /^(?!.*\.\.)[A-Za-z0-9_-][A-Za-z0-9_./-]{0,199}\.(json|yaml|yml)$/;
const isReason = (text: unknown): boolean => typeof text === 'string' && text.trim() !== '' && text.length <= 500;

/** A reason people will read after an incident: there, and not blank. */
const Reason = (): PropertyDecorator =>
  ValidateBy({
    name: 'reason',
    validator: {
      validate: isReason,
      defaultMessage: () => 'reason must be text of 1 to 500 characters that is not blank',
    },
  });

const SWITCHES: ReadonlySet<string> = new Set(['enabled', 'trading', 'market_data']);
const isSwitch = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(([name, on]) => SWITCHES.has(name) && typeof on === 'boolean');
const isSwitches = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every(isSwitch);

const Switches = (): PropertyDecorator =>
  ValidateBy({
    name: 'switches',
    validator: {
      validate: isSwitches,
      defaultMessage: () => 'exchanges must map each exchange to enabled, trading or market_data, each true or false',
    },
  });

export class ConfigBody {
  @ApiPropertyOptional({ example: true, description: 'Whether orders may be made at all.' })
  @IsOptional()
  @IsBoolean()
  readonly trading_enabled?: boolean;

  @ApiPropertyOptional({ example: true, description: 'Whether strategies may make new orders.' })
  @IsOptional()
  @IsBoolean()
  readonly new_signals_enabled?: boolean;

  @ApiPropertyOptional({ type: Object, example: { binance: { enabled: false } } })
  @IsOptional()
  @Switches()
  readonly exchanges?: Readonly<Record<string, unknown>>;

  @ApiPropertyOptional({ example: 'start of day' })
  @IsOptional()
  @Reason()
  readonly reason?: string;
}

export class KillBody {
  @ApiProperty({ example: 'Emergency stop - prices look wrong' })
  @Reason()
  readonly reason!: string;
}

export class ResumeBody {
  @ApiProperty({ example: 'prices checked with the exchange' })
  @Reason()
  readonly reason!: string;
}

export class ApproveBody {
  @ApiProperty({ example: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' })
  @Matches(/^[0-9a-f]{32}$/, {
    message: 'request_id must be 32 lower-case hex digits, as the request to resume answered',
  })
  readonly request_id!: string;

  @ApiProperty({ example: 'checked with the exchange myself' })
  @Reason()
  readonly reason!: string;
}

/** The manuals send the circuit breaker without a body. */
export class BreakerBody {
  @ApiPropertyOptional({ example: 'spreads are wide everywhere' })
  @IsOptional()
  @Reason()
  readonly reason?: string;
}

/** Text or a number as the manuals write it; its range is risk's to judge. */
const SHARE = /^(?:0|1|0\.\d{1,12}|1\.0{1,12})$/;
const isShare = (value: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number') && SHARE.test(String(value));
const Share = (): PropertyDecorator =>
  ValidateBy({
    name: 'share',
    validator: { validate: isShare, defaultMessage: () => '$property must be a share from 0 to 1, e.g. "0.1"' },
  });

export class OverrideBody {
  @ApiPropertyOptional({ example: '0.1', description: 'Factor on order and position limits, over 0 to 1.' })
  @IsOptional()
  @Share()
  readonly size_factor?: string | number;

  @ApiPropertyOptional({ example: '0.005', description: "Largest position as a share of the account's equity." })
  @IsOptional()
  @Share()
  readonly max_position_pct?: string | number;

  @ApiPropertyOptional({ example: 'market_maker_btc', description: 'Only this strategy; the whole fleet when absent.' })
  @IsOptional()
  @Matches(ID)
  readonly strategy_id?: string;

  @ApiProperty({ example: 'slippage three times the model' })
  @Reason()
  readonly reason!: string;
}

export class RestoreBody {
  @ApiPropertyOptional({ example: 4, description: 'Equal steps, the first at once.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100)
  readonly steps?: number;

  @ApiPropertyOptional({ example: 21_600, description: 'Between two steps.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(604_800)
  readonly step_interval_seconds?: number;

  @ApiPropertyOptional({ example: 'market_maker_btc' })
  @IsOptional()
  @Matches(ID)
  readonly strategy_id?: string;

  @ApiProperty({ example: 'slippage is back to normal' })
  @Reason()
  readonly reason!: string;
}

export class CancelAllBody {
  @ApiPropertyOptional({ example: 'hyperliquid' })
  @IsOptional()
  @Matches(ID)
  readonly exchange?: string;

  @ApiPropertyOptional({ example: 'BTC-PERP' })
  @IsOptional()
  @Matches(ID)
  readonly symbol?: string;

  @ApiPropertyOptional({ example: 'market_maker_btc' })
  @IsOptional()
  @Matches(ID)
  readonly strategy_id?: string;

  @ApiPropertyOptional({ example: 'main' })
  @IsOptional()
  @Matches(ID)
  readonly account?: string;

  @ApiPropertyOptional({ example: 'end of day' })
  @IsOptional()
  @Reason()
  readonly reason?: string;
}

export class LoadBody {
  @ApiPropertyOptional({ example: 'config/strategies/my_new_strategy.json' })
  @IsOptional()
  @IsString()
  @Matches(CONFIG_FILE)
  readonly config_file?: string;

  @ApiPropertyOptional({ type: Object, example: { strategy_id: 'my_new_strategy', type: 'market_maker' } })
  @IsOptional()
  @IsObject()
  readonly config?: Readonly<Record<string, unknown>>;
}

export class StopBody {
  @ApiPropertyOptional({ example: true, description: 'Cancel its open orders too.' })
  @IsOptional()
  @IsBoolean()
  readonly cancel_orders?: boolean;

  @ApiPropertyOptional({ example: false, description: 'Do not wait for it to agree.' })
  @IsOptional()
  @IsBoolean()
  readonly force?: boolean;

  @ApiPropertyOptional({ example: 'runaway' })
  @IsOptional()
  @IsString()
  @Length(0, 500)
  readonly reason?: string;
}
