import type { Role } from './roles.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Who may do what at one route. */
export interface PolicyRow {
  readonly method: Method;
  /** Below `/api/v1` and its alias `/api`; `:name` stands for one id. */
  readonly path: string;
  /** Its name in the audit log. */
  readonly action: string;
  readonly kind: 'read' | 'command';
  readonly roles: readonly Role[];
  /** Can only make the fleet safer: done even when it cannot be recorded now, and never rate limited. */
  readonly lowersRisk: boolean;
}

const ALL: readonly Role[] = ['viewer', 'operator', 'risk_officer', 'admin'];
const REVIEWERS: readonly Role[] = ['risk_officer', 'admin'];
const TRADERS: readonly Role[] = ['operator', 'admin'];
const STAFF: readonly Role[] = ['operator', 'risk_officer', 'admin'];
const WATCHERS: readonly Role[] = ['operator', 'risk_officer', 'admin', 'alerts'];

const read = (path: string, action: string, roles = ALL): PolicyRow => ({
  method: 'GET',
  path,
  action,
  kind: 'read',
  roles,
  lowersRisk: false,
});
const command = (method: Method, path: string, action: string, roles: readonly Role[]): PolicyRow => ({
  method,
  path,
  action,
  kind: 'command',
  roles,
  lowersRisk: false,
});
const safer = (method: Method, path: string, action: string, roles: readonly Role[]): PolicyRow => ({
  method,
  path,
  action,
  kind: 'command',
  roles,
  lowersRisk: true,
});

/** Every route people have (I-52): what is not in this table is refused, whoever asks. */
export const POLICY: readonly PolicyRow[] = [
  read('/status', 'status.read'),
  read('/positions', 'positions.read'),
  read('/orders', 'orders.read'),
  read('/orders/:id', 'orders.read'),
  read('/trades', 'trades.read'),
  read('/trades/stats/daily', 'trades.read'),
  read('/pnl', 'pnl.read'),
  read('/strategies', 'strategies.read'),
  read('/strategies/:id', 'strategies.read'),
  read('/config', 'config.read'),
  read('/killswitch', 'killswitch.read'),
  read('/killswitch/receipt', 'killswitch.read'),
  read('/risk/summary', 'risk.read'),
  read('/risk/stuck', 'risk.read'),
  read('/integrity', 'integrity.read'),
  read('/stream', 'stream.read'),
  read('/audit', 'audit.read', REVIEWERS),
  command('POST', '/config', 'config.set', STAFF),
  command('PUT', '/config', 'config.set', STAFF),
  safer('POST', '/killswitch', 'killswitch.kill', STAFF),
  command('POST', '/killswitch/resume', 'killswitch.resume', REVIEWERS),
  command('POST', '/killswitch/resume/approve', 'killswitch.approve', REVIEWERS),
  safer('POST', '/alerts/webhook', 'alerts.receive', WATCHERS),
  safer('POST', '/emergency/circuit-breaker', 'breaker.trip', STAFF),
  command('POST', '/emergency/circuit-breaker/reset', 'breaker.reset', REVIEWERS),
  safer('POST', '/risk/position-override', 'positions.override', STAFF),
  command('POST', '/risk/position-override/restore', 'positions.restore', REVIEWERS),
  command('POST', '/risk/accounts/:id/begin-losses', 'losses.begin', REVIEWERS),
  command('POST', '/strategies/:id/reenable', 'strategies.reenable', REVIEWERS),
  safer('DELETE', '/orders/:id', 'orders.cancel', STAFF),
  safer('POST', '/orders/cancel-all', 'orders.cancel_all', STAFF),
  safer('POST', '/trades/orders/cancel-all', 'orders.cancel_all', STAFF),
  command('POST', '/strategies/load', 'strategies.load', TRADERS),
  command('POST', '/strategies/:id/start', 'strategies.start', TRADERS),
  safer('POST', '/strategies/:id/stop', 'strategies.stop', STAFF),
  command('PUT', '/strategies/:id/config', 'strategies.configure', TRADERS),
  command('DELETE', '/strategies/:id', 'strategies.unload', TRADERS),
  command('POST', '/exchanges/:id/reconnect', 'exchanges.reconnect', TRADERS),
];

/** What answers without anybody asking who it is: it says nothing about the trade. */
const OPEN_PATHS: readonly string[] = ['/health', '/health/ready', '/metrics', '/api/health', '/api/v1/health'];
const OPEN_FOLDER = '/api/docs';

export type RouteLookup = { readonly kind: 'open' } | { readonly kind: 'ruled'; readonly row: PolicyRow };

const belowApi = (path: string): string | undefined =>
  path.startsWith('/api/v1/')
    ? path.slice('/api/v1'.length)
    : path.startsWith('/api/')
      ? path.slice('/api'.length)
      : undefined;

/** A pattern that is as written or, segment for segment, fits: ids are one segment and never another route's word. */
function fits(pattern: string, path: string): boolean {
  const [expected, given] = [pattern.split('/'), path.split('/')];
  return (
    expected.length === given.length &&
    expected.every((part, at) => (part.startsWith(':') ? given[at] !== '' : part === given[at]))
  );
}

const isOpen = (path: string): boolean =>
  OPEN_PATHS.includes(path) ||
  path === OPEN_FOLDER ||
  path.startsWith(`${OPEN_FOLDER}/`) ||
  path.startsWith(`${OPEN_FOLDER}-`);

/** Every row at a path, the most literal first. */
export function routesAt(path: string): readonly PolicyRow[] {
  const below = belowApi(path);
  if (below === undefined) return [];
  const literal = (row: PolicyRow): number => row.path.split('/').filter((part) => part.startsWith(':')).length;
  return POLICY.filter((row) => fits(row.path, below)).sort((a, b) => literal(a) - literal(b));
}

/** Rows without an id in their path, by method and whole path: most requests are for one of these. */
const LITERAL: ReadonlyMap<string, RouteLookup> = new Map(
  POLICY.filter(({ path }) => !path.includes(':')).flatMap((row) =>
    ['/api/v1', '/api'].map((base): [string, RouteLookup] => [
      `${row.method} ${base}${row.path}`,
      { kind: 'ruled', row },
    ]),
  ),
);
const OPEN: RouteLookup = { kind: 'open' };

/** The rule for a request; undefined when there is none, which is a refusal. HEAD is a GET without an answer's body. */
export function routeOf(method: string, path: string): RouteLookup | undefined {
  const asked = method === 'HEAD' ? 'GET' : method;
  const literal = LITERAL.get(`${asked} ${path}`);
  if (literal !== undefined) return literal;
  if (isOpen(path)) return asked === 'GET' ? OPEN : undefined;
  const row = routesAt(path).find((candidate) => candidate.method === asked);
  return row === undefined ? undefined : { kind: 'ruled', row };
}
