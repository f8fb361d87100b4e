import {
  Address,
  DecimalText,
  DurationMs,
  Int,
  loadConfig,
  type Secret,
  SecretText,
  Text,
} from '@argosy/platform-config';
import { FLEET_PREFIXES, SERVICE_PREFIXES, StoreServiceConfig } from '@argosy/platform-nest';

/** What execution can be told by its environment; the accounts, and where their keys are, stand in a file. */
export class ExecutionConfig extends StoreServiceConfig {
  override readonly SERVICE_HTTP_PORT: number = 8_082;
  @Text({ lengthMax: 400 })
  readonly FLEET_ACCOUNTS_FILE!: string;
  /** Shared with risk alone. */
  @SecretText({ lengthMin: 32 })
  readonly RISK_APPROVAL_KEY!: Secret;
  /** No default on purpose: where orders go is never guessed. */
  @Address(['http', 'https'])
  readonly EXECUTION_HYPERLIQUID_API_URL!: string;
  @Address(['ws', 'wss'])
  readonly EXECUTION_HYPERLIQUID_WS_URL!: string;
  /** How long a request is valid at the venue (I-05). */
  @DurationMs({ min: 100, max: 10_000 })
  readonly EXECUTION_REQUEST_VALIDITY: number = 1_000;
  /** No answer after this: the outcome is unknown. */
  @DurationMs({ min: 100, max: 30_000 })
  readonly EXECUTION_ANSWER_TIMEOUT: number = 2_000;
  /** Risk's word on trading older than this is unknown. */
  @DurationMs({ min: 500, max: 60_000 })
  readonly EXECUTION_HALT_STATE_LIMIT: number = 3_000;
  /** How many times its documented limits a venue grants us; more than 1 only by its operator's word. */
  @Int({ min: 1, max: 1_000 })
  readonly EXECUTION_RATE_LIMIT_FACTOR: number = 1;
  /** After a request's expiry, how long until the venue's "not found" means anything. */
  @DurationMs({ min: 100, max: 60_000 })
  readonly EXECUTION_VISIBILITY_LAG: number = 2_000;
  @DurationMs({ min: 100, max: 60_000 })
  readonly EXECUTION_DOUBT_QUERY_INTERVAL: number = 500;
  @DurationMs({ min: 1_000, max: 600_000 })
  readonly EXECUTION_DOUBT_ESCALATION: number = 30_000;
  @DurationMs({ min: 500, max: 60_000 })
  readonly EXECUTION_SWEEP_INTERVAL: number = 5_000;
  @DurationMs({ min: 1_000, max: 3_600_000 })
  readonly EXECUTION_SWEEP_OVERLAP: number = 60_000;
  @DurationMs({ min: 500, max: 60_000 })
  readonly EXECUTION_OBSERVE_INTERVAL: number = 3_000;
  @Int({ min: 100, max: 1_000_000 })
  readonly EXECUTION_JOURNAL_QUEUE_LIMIT: number = 10_000;
  @Int({ min: 1_000, max: 1_000_000 })
  readonly EXECUTION_FINISHED_ORDERS_KEPT: number = 10_000;
  /** Share of the equity at 00:00 UTC that a day may lose before execution itself kills (RK-2); risk's own limits lie below. */
  @DecimalText({ min: '0.0001', max: '0.5' })
  readonly EXECUTION_DAILY_LOSS_BACKSTOP: string = '0.03';
  /** Where the reconciliation reports of each start are filed (FL-3). */
  @Text({ lengthMax: 400 })
  readonly EXECUTION_REPORTS_FOLDER: string = 'reports';
  /** Where paper accounts keep their journals; needed as soon as there is one. */
  @Text({ lengthMax: 400 })
  readonly EXECUTION_PAPER_FOLDER: string = '';
  /** What a new paper account starts with, in its margin asset. */
  @DecimalText({ min: '0' })
  readonly EXECUTION_PAPER_CASH: string = '100000';
  /** Share of the value a paper fill costs; negative is a rebate. The defaults are Hyperliquid's without any volume. */
  @DecimalText({ min: '-0.1', max: '0.1' })
  readonly EXECUTION_PAPER_MAKER_FEE_RATE: string = '0.00015';
  @DecimalText({ min: '-0.1', max: '0.1' })
  readonly EXECUTION_PAPER_TAKER_FEE_RATE: string = '0.00045';
}

/** @throws ConfigError with every problem at once. */
export const readExecutionConfig = (env: Readonly<Record<string, string | undefined>>): Readonly<ExecutionConfig> =>
  loadConfig(ExecutionConfig, env, [...SERVICE_PREFIXES, ...FLEET_PREFIXES, 'EXECUTION_', 'RISK_APPROVAL_']);
