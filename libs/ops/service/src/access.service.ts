import { type Clock, ok, refused } from '@argosy/domain';
import {
  type Actor,
  type OpsProblem,
  type PolicyRow,
  problem,
  type RequestVerifier,
  routeOf,
  routesAt,
  TokenBuckets,
} from '@argosy/ops-core';
import type { Counter, Logger, Metrics } from '@argosy/platform-port';
import type { AuditTrail, Command } from './audit-trail.js';
import type { Answer } from './no.js';

export interface AccessSettings {
  /** Reads from the machine itself need no signature: for a local fleet only. */
  readonly loopbackReads: boolean;
  readonly perSecond: number;
  readonly burst: number;
  /** False for a gateway that stands by: it reads and makes safe, everything else is the leader's. */
  readonly leads: () => boolean;
}

export interface AskedFor {
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
  readonly address: string;
  /** From this machine, by this machine's name, and through nobody in between. */
  readonly isLocal: boolean;
}

/** Failed logins of one address that are answered as such; then it is told to wait. */
const FAILURES_PER_SECOND = 10;
const FAILURES_BURST = 20;
/** Reads without a key share this, so that a page that reloads for ever does not take a core. */
const LOCAL_READS_PER_SECOND = 100_000;
const LOCAL: Actor = { name: 'local-reader', role: 'viewer', via: 'loopback' };

/** Who may do what: every request passes here once, and a path without a rule is no path (I-48, I-52). */
export class AccessService {
  private readonly refusals: Counter<'code'>;
  private readonly buckets: TokenBuckets;
  private readonly localReads = new TokenBuckets(LOCAL_READS_PER_SECOND, LOCAL_READS_PER_SECOND);
  private readonly failures = new TokenBuckets(FAILURES_PER_SECOND, FAILURES_BURST);

  constructor(
    private readonly settings: AccessSettings,
    private readonly verifier: RequestVerifier,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.buckets = new TokenBuckets(settings.perSecond, settings.burst);
    this.refusals = metrics.counter({
      name: 'argosy_ops_gateway_access_refused_total',
      help: 'Requests that were refused before they did anything, by code.',
      labels: ['code'],
    });
  }

  /** Undefined for the paths that are open to everybody. */
  admit(asked: AskedFor): Answer<Command | undefined> {
    const lookup = routeOf(asked.method, asked.path);
    if (lookup === undefined) return this.unknownRoute(asked);
    if (lookup.kind === 'open') return ok(undefined);
    const { row } = lookup;
    if (this.isLocalRead(asked, row)) return this.admitLocal(asked, row);
    const verified = this.verifier.verify(asked);
    if (!verified.ok) return this.refuse(asked, row, undefined, '', this.slowed(asked.address, verified.refusal));
    const { actor, requestHash } = verified.value;
    if (actor === undefined)
      return this.refuse(asked, row, undefined, requestHash, this.slowed(asked.address, problem('auth_missing')));
    const limited = this.limited(actor, row) ?? roleProblem(actor, row) ?? this.standbyProblem(row);
    if (limited !== undefined) return this.refuse(asked, row, actor, requestHash, limited);
    return ok({ row, actor, route: `${asked.method} ${asked.path}`, requestHash });
  }

  /** A command whose content was refused after the door. */
  refusedContent(command: Command, no: OpsProblem): void {
    this.refusals.add({ code: no.code });
    if (command.row.kind === 'command')
      this.audit.refused(
        { action: command.row.action, actor: command.actor, route: command.route, requestHash: command.requestHash },
        no,
      );
  }

  private isLocalRead(asked: AskedFor, row: PolicyRow): boolean {
    return (
      this.settings.loopbackReads &&
      asked.isLocal &&
      row.kind === 'read' &&
      row.roles.includes(LOCAL.role) &&
      !hasCredentials(asked.rawHeaders)
    );
  }

  private admitLocal(asked: AskedFor, row: PolicyRow): Answer<Command> {
    if (!this.localReads.take('local', this.clock.monotonicMs())) return refused(problem('rate_limited'));
    return ok({ row, actor: LOCAL, route: asked.path, requestHash: '' });
  }

  /** Somebody with a good key is never shut out by somebody else's bad ones: only failures are slowed. */
  private slowed(address: string, no: OpsProblem): OpsProblem {
    return this.failures.take(address, this.clock.monotonicMs())
      ? no
      : problem('rate_limited', { because: 'too many failed logins' });
  }

  private limited(actor: Actor, row: PolicyRow): OpsProblem | undefined {
    if (row.lowersRisk || this.buckets.take(actor.name, this.clock.monotonicMs())) return undefined;
    return problem('rate_limited', { per_second: String(this.settings.perSecond) });
  }

  private standbyProblem({ kind, lowersRisk }: PolicyRow): OpsProblem | undefined {
    return kind === 'read' || lowersRisk || this.settings.leads() ? undefined : problem('standby');
  }

  private unknownRoute({ path, method }: AskedFor): Answer<never> {
    const allowed = routesAt(path).map((row) => row.method);
    return refused(
      allowed.length === 0 && routeOf('GET', path) === undefined
        ? problem('route_unknown')
        : problem('method_not_allowed', {
            method,
            allow: [...new Set(allowed.length === 0 ? ['GET'] : allowed)].join(', '),
          }),
    );
  }

  private refuse(
    asked: AskedFor,
    row: PolicyRow,
    actor: Actor | undefined,
    requestHash: string,
    no: OpsProblem,
  ): Answer<never> {
    this.refusals.add({ code: no.code });
    this.logger.warning('access_refused', {
      action: row.action,
      code: no.code,
      address: asked.address,
      ...(actor === undefined ? {} : { actor: actor.name }),
    });
    if (row.kind === 'command')
      this.audit.refused({ action: row.action, actor, route: `${asked.method} ${asked.path}`, requestHash }, no);
    return refused(no);
  }
}

const roleProblem = (actor: Actor, row: PolicyRow): OpsProblem | undefined =>
  row.roles.includes(actor.role)
    ? undefined
    : problem('role_not_allowed', { role: actor.role, needs: row.roles.join(' or ') });

const CREDENTIALS: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'x-timestamp',
  'x-signature',
  'x-nonce',
]);

/** Whoever shows a key is judged by it, also at home. */
function hasCredentials(rawHeaders: readonly string[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (CREDENTIALS.has(rawHeaders[at]?.toLowerCase() ?? '')) return true;
  return false;
}
