import { createHash } from 'node:crypto';
import { nsToMs, refused } from '@argosy/domain';
import { type Digest, KeyRing, NonceMemory, problem, RequestVerifier, ResumeApprovals } from '@argosy/ops-core';
import {
  AccessService,
  type Answer,
  AuditTrail,
  BooksService,
  type Command,
  describeNo,
  FleetClient,
  KillFile,
  KillFileWatch,
  KillSwitchService,
  opsRoutes,
  refusedBody,
  served,
  StatusService,
  TradingService,
} from '@argosy/ops-service';
import { type ProcessFacts, SilentMetrics } from '@argosy/platform-port';
import { HmacSha256 } from '@argosy/platform-runtime';
import { KILL_FILE, OPERATOR } from '../fleet-settings.js';
import type { Compose, HttpAnswer, HttpAsk } from '../service-ports.js';

const sha256: Digest = (content) => createHash('sha256').update(content).digest('hex');
const ROLE = 'admin';

/** The body of a command that says why: all that people here send. */
const reasonOf = (body: string): string => (JSON.parse(body) as { readonly reason: string }).reason;

/** ops-gateway as `apps/ops-gateway` puts it together, on virtual parts and without a web server around its handlers. */
export const composeOpsGateway: Compose = (ports) => {
  const { process, bus, random, disk, logger, stores } = ports;
  const { clock, timers } = process;
  const metrics = new SilentMetrics();
  const leadership = ports.leadership(['ops-gateway']);
  let leads = false;
  const { version, pid } = ports.facts;
  const facts: ProcessFacts = {
    ...{ version, pid },
    memoryBytes: () => ports.facts.memoryBytes(),
    conditions: () => ports.facts.conditions(),
    leadership: () => ({ role: leads ? 'primary' : 'standby', epoch: leadership.seen()?.epoch ?? 0 }) as const,
  };
  const operator = {
    keyId: OPERATOR.keyId,
    actor: OPERATOR.name,
    role: ROLE,
    mac: new HmacSha256(OPERATOR.key),
  } as const;
  const verifier = new RequestVerifier(
    new KeyRing([operator], []),
    new NonceMemory(nsToMs(clock.now())),
    sha256,
    clock,
    new HmacSha256('what-no-key-of-ours-ever-was-anything-like'),
  );
  const audit = new AuditTrail(stores.audit, clock, timers, random, logger.child('audit'), metrics);
  const access = new AccessService(
    { loopbackReads: false, perSecond: 50, burst: 100, leads: () => leads },
    ...([verifier, audit, clock, logger.child('access'), metrics] as const),
  );
  const fleet = new FleetClient(bus);
  const file = new KillFile(KILL_FILE, disk);
  const status = new StatusService(fleet, clock, facts, file, metrics);
  const approvals = new ResumeApprovals(1, sha256);
  const killSwitch = new KillSwitchService(fleet, status, audit, approvals, file, { clock, timers });
  const trading = new TradingService(fleet, status, audit, file);
  const books = new BooksService(fleet, audit, status, clock);
  const watch = new KillFileWatch(file, killSwitch, trading, { clock, timers }, logger.child('kill-file'));

  const reads: Readonly<Record<string, () => Promise<Answer<unknown>>>> = {
    '/api/v1/status': async () => ({ ok: true, value: await status.current() }),
    '/api/v1/killswitch': () => killSwitch.state(),
    '/api/v1/killswitch/receipt': () => killSwitch.receipt(),
    '/api/v1/positions': () => books.positions(''),
  };
  const commands: Readonly<Record<string, (command: Command, body: string) => Promise<Answer<unknown>>>> = {
    '/api/v1/killswitch': (command, body) => killSwitch.kill(command, reasonOf(body)),
    '/api/v1/killswitch/resume': (command, body) => killSwitch.resume(command, reasonOf(body)),
  };
  /** What a controller does with a request that passed the gate. */
  const handled = async (ask: HttpAsk): Promise<Answer<unknown>> => {
    const { method, target, body } = ask;
    const admitted = access.admit({
      ...{ method, target, path: target, rawHeaders: ask.rawHeaders, address: ask.from, isLocal: false },
      body: new TextEncoder().encode(body),
    });
    if (!admitted.ok) return admitted;
    const read = reads[target];
    if (method === 'GET' && read !== undefined) return read();
    const command = commands[target];
    if (admitted.value === undefined || command === undefined) return refused(problem('route_unknown'));
    return command(admitted.value, body);
  };
  return {
    start: async (bind) => {
      await watch.start();
      await leadership.acquire();
      leads = true;
      bind(opsRoutes(status, killSwitch, clock));
    },
    stop: async () => {
      watch.stop();
      await audit.stop();
      await leadership.release();
    },
    epoch: () => leadership.current()?.epoch,
    waitingFor: () => undefined,
    http: async (ask): Promise<HttpAnswer> => {
      const answer = await handled(ask);
      return answer.ok ? served(answer) : refusedBody(describeNo(answer.refusal));
    },
  };
};
