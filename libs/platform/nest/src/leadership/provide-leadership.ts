import type { ServiceName } from '@argosy/contracts';
import { Clock, Random, Timers } from '@argosy/domain';
import { Database, poolOptions } from '@argosy/platform-database';
import {
  DEMOTION_LIMITS,
  DemotionWatch,
  ElectionRecord,
  LeadershipMetrics,
  LeaseLeadership,
} from '@argosy/platform-election';
import {
  LEASE_ROLES,
  leasePoolOptions,
  PostgresElectionRecord,
  PostgresLeaseStore,
} from '@argosy/platform-election/postgres';
import { Leadership, Logger, MessageBus, Metrics, ProcessFacts, SilentTracer } from '@argosy/platform-port';
import type { Provider } from '@nestjs/common';
import { hostname } from 'node:os';
import { Departure } from '../departure.js';
import { StoreServiceConfig } from '../fleet-config.js';
import { ReadinessService } from '../readiness.service.js';
import type { Step } from '../start-order.js';
import { provide, type Token } from '../wire.js';
import { LeadershipPart } from './leadership.part.js';
import { leaseTimes } from './lease-settings.js';

export interface LeadershipOptions {
  /** Held together; the service's name when absent. */
  readonly names?: readonly string[];
  /** The epoch will be greater than what a store of the service's own says that it has seen. */
  readonly epochAbove?: EpochAbove;
  /** Conditions of the health report that are this process's own and not the world's: failing them, it steps down. */
  readonly ownConditions?: readonly string[];
}

interface EpochAbove {
  readonly token: Token<unknown>;
  readonly of: (part: unknown) => Promise<number>;
}

/** `epochAbove: above(RiskStore, (store) => store.epoch())`. */
export const above = <T>(token: Token<T>, of: (part: T) => Promise<number>): EpochAbove => ({
  token,
  of: (part) => of(part as T),
});

/** Connections for the lease alone. */
class LeaseDatabase extends Database {}

const RANDOM_BYTES = 6;
const MEGABYTE = 1_048_576;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A place outlives its process: the machine and the port that the next one there will have too. */
const recordedAt = (names: readonly string[], { SERVICE_HTTP_PORT: port }: StoreServiceConfig) => ({
  name: names[0] ?? '',
  place: `${hostname()}:${String(port)}`,
});

/** `Leadership` over the lease row in Postgres, under the role of the service; `leadershipStep` takes part with it. */
export function provideLeadership(service: ServiceName, options: LeadershipOptions = {}): readonly Provider[] {
  const role = LEASE_ROLES[service];
  const {
    names = [service],
    ownConditions = [],
    epochAbove = { token: Clock, of: () => Promise.resolve(0) },
  } = options;
  return [
    provide(
      LeaseDatabase,
      (config, logger) => {
        // No spans: five renewals a second would bury the rest.
        const parts = { logger, tracer: new SilentTracer() };
        return new LeaseDatabase(leasePoolOptions(poolOptions(config, role, service), leaseTimes(config)), parts);
      },
      StoreServiceConfig,
      Logger,
    ),
    provide(
      LeaseLeadership,
      (config, database, clock, timers, random, facts, logger, metrics, seenBefore) =>
        new LeaseLeadership(
          {
            candidate: `${service}-${String(facts.pid)}-${hex(random.bytes(RANDOM_BYTES))}`,
            names,
            times: leaseTimes(config),
            epochAbove: () => epochAbove.of(seenBefore),
          },
          {
            store: new PostgresLeaseStore(database),
            clock,
            timers,
            logger: logger.child('leadership'),
            metrics: new LeadershipMetrics(metrics),
          },
        ),
      StoreServiceConfig,
      LeaseDatabase,
      Clock,
      Timers,
      Random,
      ProcessFacts,
      Logger,
      Metrics,
      epochAbove.token,
    ),
    provide(Leadership, (leadership) => leadership, LeaseLeadership),
    provide(ElectionRecord, (database) => new PostgresElectionRecord(database), LeaseDatabase),
    provide(
      DemotionWatch,
      (config, leadership, record, facts, clock, timers, logger) => {
        const limits = { ...DEMOTION_LIMITS, memoryBytes: config.ELECTION_MEMORY_LIMIT_MB * MEGABYTE };
        const isOwn = (name: string): boolean => ownConditions.includes(name);
        const unhealthy = (): string | undefined => {
          const failed = facts.conditions().find(({ name, met }) => !met && isOwn(name));
          return failed === undefined ? undefined : `${failed.name}: ${failed.reason}`;
        };
        const stepDown = (reason: string): void => leadership.stepDown(reason);
        const ports = { record, facts, clock, timers, logger: logger.child('leadership'), unhealthy, stepDown };
        return new DemotionWatch({ ...recordedAt(names, config), limits }, ports);
      },
      StoreServiceConfig,
      LeaseLeadership,
      ElectionRecord,
      ProcessFacts,
      Clock,
      Timers,
      Logger,
    ),
    provide(
      LeadershipPart,
      (config, leadership, record, watch, bus, facts, readiness, departure, clock, timers, logger) =>
        new LeadershipPart(service, recordedAt(names, config), {
          leadership,
          record,
          watch,
          bus,
          facts,
          readiness,
          departure,
          clock,
          timers,
          logger: logger.child('leadership'),
        }),
      StoreServiceConfig,
      LeaseLeadership,
      ElectionRecord,
      DemotionWatch,
      MessageBus,
      ProcessFacts,
      ReadinessService,
      Departure,
      Clock,
      Timers,
      Logger,
    ),
  ];
}

const named = (name: string, token: Step['token'], part: (instance: unknown) => object): Step => ({
  token,
  make: (instance) => ({ name, part: part(instance) }),
});

/**
 * The place in the order before which a standby waits: what stands above is warm in both, what stands below begins with
 * the lease and has stopped before it is given back.
 */
export const leadershipSteps: readonly [Step, Step] = [
  named('lease-connections', LeaseDatabase, (database) => ({ stop: () => (database as LeaseDatabase).stop() })),
  named('leadership', LeadershipPart, (part) => part as LeadershipPart),
];
