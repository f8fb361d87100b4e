/** What comes in by injection, so that the simulator can run every adapter on its own clock, dice, sockets and disk. */
const INJECTED_GLOBALS = [
  ['setTimeout', 'Timers from @argosy/domain'],
  ['setInterval', 'Timers from @argosy/domain'],
  ['setImmediate', 'Timers from @argosy/domain'],
  ['performance', 'Clock from @argosy/domain'],
  ['fetch', 'HttpClient from @argosy/platform-port'],
  ['WebSocket', 'WebSocketClient from @argosy/platform-port'],
  ['EventSource', 'HttpClient from @argosy/platform-port'],
  ['console', 'Logger from @argosy/platform-port'],
].map(([name, use]) => ({ name: String(name), message: `Inject it: ${String(use)}.` }));

const INJECTED_PROPERTIES = [
  ['Date', 'now', 'Inject it: Clock from @argosy/domain.'],
  ['Math', 'random', 'Inject it: Random from @argosy/domain.'],
  ['process', 'hrtime', 'Inject it: Clock from @argosy/domain.'],
  ['crypto', 'randomUUID', 'Inject it: Random from @argosy/domain.'],
  ['crypto', 'getRandomValues', 'Inject it: Random from @argosy/domain.'],
].map(([object, property, message]) => ({ object, property, message }));

const ENVIRONMENT = {
  object: 'process',
  property: 'env',
  message: 'Only main.ts reads the environment; everything else gets a *Config.',
};

const NEW_DATE = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'Inject it: Clock from @argosy/domain.',
};

/** The habits of the language that we leave alone, everywhere. */
const SYNTAX = [
  { selector: 'TSEnumDeclaration', message: 'Use a string union or an `as const` table.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
];

/** Frameworks, wires and machines: nothing of them may reach a pure layer. */
const IMPURE =
  '^(node:.*|fs|os|net|http|https|crypto|path|events|stream|worker_threads|child_process|@nestjs/.*|nestjs-pino|' +
  'typeorm|pg|@nats-io/.*|nats|prom-client|@willsoto/.*|@opentelemetry/.*|@bufbuild/.*|ts-proto|protobufjs|' +
  'ws|undici|fastify|@fastify/.*|rxjs|reflect-metadata|class-validator|class-transformer|pino|pino-http)$';

/** Sockets and disks, for layers that may know a framework and still have to run in the simulator. */
const TRANSPORT =
  '^(ws|undici|(node:)?(fs|fs/promises|net|tls|http|https|http2|dgram|timers|timers/promises|perf_hooks))$';

/**
 * Options of no-restricted-imports: ESLint keeps only the last block that names a rule, so each layer gets its whole list.
 * @param {{ pure?: boolean, transport?: boolean, approve?: boolean }} layer what this layer may do
 */
export function restrictedImports({ pure = false, transport = false, approve = false }) {
  const patterns = [];
  if (pure) patterns.push({ regex: IMPURE, message: 'A pure layer knows no framework, wire or machine.' });
  if (!pure && !transport) {
    patterns.push({ regex: TRANSPORT, message: 'Transport, timers and disk are ports: inject them.' });
  }
  const paths = [];
  if (!approve) {
    const message = 'Only the review of @argosy/risk-core and the place-order codec mint an approval.';
    paths.push({ name: '@argosy/domain', importNames: ['approve'], message });
  }
  if (!transport) {
    const chance = ['randomBytes', 'randomInt', 'randomUUID', 'randomFillSync'];
    paths.push({ name: 'node:crypto', importNames: chance, message: 'Inject it: Random from @argosy/domain.' });
  }
  return ['error', { paths, patterns }];
}

/**
 * Bans of globals for code that gets its world by injection.
 * @param {{ environment: boolean }} may whether this code may read process.env
 * @returns {import('eslint').Linter.RulesRecord}
 */
export function injectedWorld({ environment }) {
  return {
    'no-restricted-globals': ['error', ...INJECTED_GLOBALS],
    'no-restricted-properties': ['error', ...INJECTED_PROPERTIES, ...(environment ? [] : [ENVIRONMENT])],
    'no-restricted-syntax': ['error', ...SYNTAX, NEW_DATE],
  };
}

/**
 * For code that is itself the world: the runtime's adapters, entry points, tools, the bench and specs.
 * @returns {import('eslint').Linter.RulesRecord}
 */
export function realWorld() {
  return {
    'no-restricted-globals': 'off',
    'no-restricted-properties': 'off',
    'no-restricted-syntax': ['error', ...SYNTAX],
  };
}
