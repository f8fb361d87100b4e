import { ACCOUNT_FACTS, type ServiceName, SERVICES, subjects } from '@argosy/contracts';
import { type NatsServer, startNats } from '@argosy/testing';
import { connect, type NatsConnection, PermissionViolationError } from '@nats-io/transport-node';
import { natsConfig } from './nats-config.js';

const md: ServiceName = 'market-data';
const ops: ServiceName = 'ops-gateway';
const host: ServiceName = 'strategy-host';
type Row = readonly [subject: string, publishers: readonly ServiceName[], subscribers: readonly ServiceName[]];

const V = ['hyperliquid', 'main', 'maker-1'] as const;
const market = (subject: string): Row => [subject, [md], [host, 'risk', 'execution', 'ledger', ops]];
const marketQuery = (subject: string): Row => [subject, [host, 'risk', 'execution', 'ledger', ops], [md]];
const orderQuery = (subject: string, ...more: ServiceName[]): Row => [
  subject,
  [host, 'risk', ops, ...more],
  ['execution'],
];

/** Written by hand from the architecture, not from the table under test. */
const EXPECTED: readonly Row[] = [
  [subjects.orderSubmit(...V), [host], ['risk']],
  [subjects.orderPlace(...V), ['risk'], ['execution']],
  [subjects.orderCancel('hyperliquid', 'main'), [host, ops], ['execution']],
  [subjects.orderCancelAll('all'), ['risk', ops], ['execution']],
  orderQuery(subjects.orderList),
  orderQuery(subjects.orderGet),
  orderQuery(subjects.orderEvents, 'ledger'),
  orderQuery(subjects.orderExposure),
  ...ACCOUNT_FACTS.map((fact): Row => [subjects.accountFact(fact, ...V), ['execution'], [host, 'risk', 'ledger', ops]]),
  ...[
    subjects.marketBook,
    subjects.marketTrade,
    subjects.marketState,
    subjects.marketCandle,
    subjects.marketFeed,
    subjects.marketInstrument,
  ].map((subject) => market(subject('hyperliquid', 'BTC-PERP'))),
  marketQuery(subjects.marketInstruments),
  marketQuery(subjects.marketFeeds),
  marketQuery(subjects.marketBookQuery),
  [subjects.marketReconnect, [ops], [md]],
  [subjects.tradingState, ['risk'], ['execution', host, ops]],
  [subjects.tradingStateQuery, [host, 'execution', ops], ['risk']],
  [subjects.tradingConfigure, [ops], ['risk']],
  [subjects.tradingKill('execution'), SERVICES, ['execution']],
  [subjects.tradingKill('risk'), SERVICES, ['risk']],
  [subjects.tradingResume('execution'), [ops], ['execution']],
  [subjects.tradingResume('risk'), [ops], ['risk']],
  [subjects.tradingKillReport, [ops], ['execution']],
  [subjects.tradingTripBreaker, [ops], ['risk']],
  [subjects.tradingResetBreaker, [ops], ['risk']],
  [subjects.riskOverridePositions, [ops], ['risk']],
  [subjects.riskRestorePositions, [ops], ['risk']],
  [subjects.riskReenableStrategy, [ops], ['risk']],
  [subjects.riskBeginLosses, [ops], ['risk']],
  [subjects.riskAlert, ['risk'], [ops]],
  [subjects.riskSummary, [ops], ['risk']],
  [subjects.riskStrategyLimits, [host, ops], ['risk']],
  [subjects.ledgerPositions, [host, 'risk', ops], ['ledger']],
  [subjects.ledgerPnl, [host, 'risk', ops], ['ledger']],
  [subjects.ledgerBalances, ['risk', ops], ['ledger']],
  [subjects.ledgerTrades, [ops], ['ledger']],
  [subjects.ledgerIntegrity, [ops], ['ledger']],
  ...[
    subjects.strategyList,
    subjects.strategyGet,
    subjects.strategyLoad,
    subjects.strategyStart,
    subjects.strategyConfigure,
    subjects.strategyUnload,
  ].map((subject): Row => [subject, [ops], [host]]),
  [subjects.strategyStop, ['risk', ops], [host]],
  ...SERVICES.map((service): Row => [subjects.serviceStatus(service), [ops], [service]]),
  ...SERVICES.map((service): Row => [subjects.serviceStandby(service), [ops], [service]]),
  ['$JS.API.STREAM.DELETE.ACCOUNT_EVENTS', [], []],
  ['$JS.API.STREAM.PURGE.ACCOUNT_EVENTS', [], []],
  ['$JS.API.STREAM.CREATE.ACCOUNT_EVENTS', ['execution'], []],
  ['$JS.API.CONSUMER.CREATE.ACCOUNT_EVENTS.ledger-post-facts.argosy.evt.account.>', ['ledger'], []],
  ['$JS.ACK.ACCOUNT_EVENTS.ledger-post-facts.1.1.1.1.1', ['ledger'], []],
  ['argosy.parked.ACCOUNT_EVENTS', ['ledger'], []],
  ['argosy.else', [], []],
  ['else', [], []],
];

describe('who may say and hear what (I-53)', () => {
  const users = Object.fromEntries(SERVICES.map((service) => [service, `secret-${service}`])) as Record<
    ServiceName,
    string
  >;
  let server: NatsServer;
  const connections = new Map<ServiceName, NatsConnection>();
  const violations = new Map<ServiceName, Set<string>>();

  beforeAll(async () => {
    server = await startNats({
      config: ({ port, storeDir }) => natsConfig({ ports: { client: port }, storeDir, users }),
    });
    for (const service of SERVICES) {
      const connection = await connect({ servers: server.url, user: service, pass: users[service] });
      const seen = new Set<string>();
      connections.set(service, connection);
      violations.set(service, seen);
      void (async () => {
        for await (const status of connection.status()) {
          const error = status.type === 'error' ? status.error : undefined;
          if (error instanceof PermissionViolationError) seen.add(`${error.operation} ${error.subject}`);
        }
      })();
    }
  });
  afterAll(async () => {
    await Promise.all([...connections.values()].map((connection) => connection.close()));
    await server.stop();
  });

  const rows = EXPECTED.filter(([subject]) => !subject.endsWith('>') || subject.startsWith('$JS'));

  it('allows every publish of the list and no other', async () => {
    const allowed: string[] = [];
    for (const service of SERVICES) {
      const connection = connections.get(service)!;
      for (const [subject] of rows) connection.publish(subject.replace('>', 'x'), 'probe');
      await connection.flush();
      await new Promise((resolve) => setImmediate(resolve));
      for (const [subject] of rows)
        if (!violations.get(service)!.has(`publish ${subject.replace('>', 'x')}`))
          allowed.push(`${service} → ${subject}`);
    }
    expect(allowed.sort()).toEqual(
      rows.flatMap(([subject, publishers]) => publishers.map((service) => `${service} → ${subject}`)).sort(),
    );
  });

  it('allows every subscription of the list and no other', async () => {
    const allowed: string[] = [];
    for (const service of SERVICES) {
      const connection = connections.get(service)!;
      for (const [subject] of rows) connection.subscribe(subject, { callback: () => undefined });
      await connection.flush();
      await new Promise((resolve) => setImmediate(resolve));
      for (const [subject] of rows)
        if (!violations.get(service)!.has(`subscription ${subject}`)) allowed.push(`${service} ← ${subject}`);
    }
    expect(allowed.sort()).toEqual(
      rows.flatMap(([subject, , subscribers]) => subscribers.map((service) => `${service} ← ${subject}`)).sort(),
    );
  });

  it('covers every subject of the catalogue', () => {
    const named = Object.values(subjects).filter((subject) => typeof subject === 'string');
    expect(named.filter((subject) => !rows.some(([probed]) => probed === subject))).toEqual([]);
  });

  it.each(['>', 'argosy.>', '_INBOX_risk.>', '$JS.>'])('lets nobody else listen to %s', async (pattern) => {
    for (const service of SERVICES) {
      const refused = new Promise<Error | null>((resolve) => {
        connections.get(service)!.subscribe(pattern, { callback: (error) => resolve(error) });
      });
      if (pattern === '_INBOX_risk.>' && service === 'risk') continue;
      expect(await refused).toBeInstanceOf(PermissionViolationError);
    }
  });

  it('does not deliver a forged placement to execution', async () => {
    const heard: string[] = [];
    connections
      .get('execution')!
      .subscribe('argosy.cmd.order.place.>', { callback: (_, msg) => void heard.push(msg.string()) });
    await connections.get('execution')!.flush();
    for (const service of SERVICES) {
      connections.get(service)!.publish(subjects.orderPlace(...V), service);
      await connections.get(service)!.flush();
    }
    await connections.get('execution')!.flush();
    expect(heard).toEqual(['risk']);
  });

  it.each([
    ['without a name', {}],
    ['with a wrong password', { user: 'risk', pass: 'guess' }],
    ['with another service’s password', { user: 'risk', pass: 'secret-ledger' }],
  ])('refuses a connection %s', async (_story, credentials) => {
    await expect(connect({ servers: server.url, reconnect: false, ...credentials })).rejects.toThrow(/authorization/i);
  });
});
