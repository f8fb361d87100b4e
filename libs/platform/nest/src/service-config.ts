import { Address, DecimalText, Int, OneOf, Optional, Text } from '@argosy/platform-config';
import { LOG_LEVELS, type LogLevel } from '@argosy/platform-port';

/** Prefixes of the variables below, for `loadConfig`. */
export const SERVICE_PREFIXES = ['SERVICE_', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

/** What every service of the fleet can be told; a service extends it and overrides the port. */
export class ServiceConfig {
  @Text({ pattern: /^[0-9A-Za-z.:-]+$/, lengthMax: 100 })
  readonly SERVICE_HTTP_HOST: string = '127.0.0.1';
  /** 0 takes a free port. */
  @Int({ min: 0, max: 65_535 })
  readonly SERVICE_HTTP_PORT: number = 0;
  @OneOf(LOG_LEVELS)
  readonly SERVICE_LOG_LEVEL: LogLevel = 'INFO';
  /** Absent: lines go to standard output. Present: one file a subject in this folder, shared by all services. */
  @Optional()
  @Text({ lengthMax: 400 })
  readonly SERVICE_LOG_FOLDER?: string | undefined;
  /** Share of new traces that are collected, 0 to 1. */
  @DecimalText({ min: '0', max: '1' })
  readonly SERVICE_TRACE_RATIO: string = '1';
  /** OTLP over HTTP, e.g. http://127.0.0.1:4318; absent: trace ids without a collector. */
  @Optional()
  @Address(['http', 'https'])
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
}
