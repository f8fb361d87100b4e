import type { Random } from '@argosy/domain';
import type { Disk, HttpClient, Leadership, Logger, ProcessFacts, Route, WebSocketClient } from '@argosy/platform-port';
import type { InMemoryBus } from '@argosy/platform-virtual';
import type { SimProcess } from '../kernel/sim-process.js';
import type { FleetParts } from './fleet-parts.js';
import type { FleetStores } from './fleet-stores.js';

/** What one life of one service is made from. */
export interface ServicePorts {
  readonly process: SimProcess;
  readonly bus: InMemoryBus;
  readonly random: Random;
  readonly http: HttpClient;
  readonly webSocket: WebSocketClient;
  readonly disk: Disk;
  readonly logger: Logger;
  readonly facts: ProcessFacts;
  /** As this process sees them: far away. */
  readonly stores: FleetStores;
  readonly parts: FleetParts;
  /** Whether strategies write down what they are fed. */
  readonly isLogged: boolean;
  /** A candidacy of this process; its loss ends the process. */
  readonly leadership: (names: readonly string[]) => Leadership;
  /** Our own promise is broken: ends the process and tells the checkers. */
  readonly panic: (error: unknown) => void;
  /** An end that belongs to the protocol: the supervisor starts the next life. */
  readonly leave: (reason: string) => void;
}

/** An HTTP request as a server's handlers see it. */
export interface HttpAsk {
  readonly method: string;
  /** Path; no request here has a query. */
  readonly target: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** The machine it came from. */
  readonly from: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A service put together, ready to begin: the part of `app.module.ts` that the simulation plays by hand. */
export interface SimService {
  /** `bind` makes its routes answer. Resolves when it is ready; a Fault means try again. */
  start(bind: (routes: readonly Route[]) => void): Promise<void>;
  /** Undefined while it stands by. */
  epoch(): number | undefined;
  /** SIGTERM. */
  stop(): Promise<void>;
  /** What it waits for, as its health report says; undefined when it is ready. */
  waitingFor(): string | undefined;
  /** Only where people ask over HTTP. */
  readonly http?: (ask: HttpAsk) => Promise<HttpAnswer>;
}

export type Compose = (ports: ServicePorts) => SimService;
