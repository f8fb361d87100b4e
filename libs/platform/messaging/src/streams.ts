import { ACCOUNT_EVENTS_STREAM, patterns } from '@argosy/contracts';
import { DiscardPolicy, jetstreamManager, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const HOUR_MS = 3_600_000;

export interface StreamDefinition {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** Event ids are remembered this long: longer than any outbox retries. */
  readonly dedupWindowMs: number;
}

export const PARKED_STREAM = 'PARKED';
/** Where a durable event that nobody could digest is put aside. */
export const parkedSubject = (stream: string): string => `argosy.parked.${stream}`;

/**
 * Every stream of the fleet. A stream is a way, never the record: all it holds can be refilled from the outbox of the
 * service that wrote it, so the oldest may go when a limit is reached (I-45).
 */
export const STREAMS: readonly StreamDefinition[] = [
  {
    name: ACCOUNT_EVENTS_STREAM,
    subjects: [patterns.everyAccountFact],
    maxAgeMs: 72 * HOUR_MS,
    maxBytes: 536_870_912,
    dedupWindowMs: 600_000,
  },
  {
    name: PARKED_STREAM,
    subjects: [parkedSubject('>')],
    maxAgeMs: 30 * 24 * HOUR_MS,
    maxBytes: 67_108_864,
    dedupWindowMs: 600_000,
  },
];

const nanos = (milliseconds: number): number => milliseconds * 1_000_000;

const configOf = (definition: StreamDefinition): Partial<StreamConfig> & { readonly name: string } => ({
  name: definition.name,
  subjects: [...definition.subjects],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  num_replicas: 1,
  max_age: nanos(definition.maxAgeMs),
  max_bytes: definition.maxBytes,
  max_msg_size: 1_114_112,
  duplicate_window: nanos(definition.dedupWindowMs),
});

/**
 * Makes every stream as defined, or brings an existing one to the definition; its messages stay. Safe to repeat.
 * @returns the names of those that were not there
 */
export async function ensureStreams(
  connection: NatsConnection,
  definitions: readonly StreamDefinition[] = STREAMS,
): Promise<readonly string[]> {
  const made: string[] = [];
  const manager = await jetstreamManager(connection);
  for (const definition of definitions) {
    const config = configOf(definition);
    const exists = await manager.streams.info(definition.name).then(
      () => true,
      () => false,
    );
    if (exists) await manager.streams.update(definition.name, config);
    else made.push((await manager.streams.add(config)).config.name);
  }
  return made;
}
