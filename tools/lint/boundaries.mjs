/**
 * Who may import whom: the table of docs/architecture.md, one row a type of project.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const MAY_IMPORT = {
  domain: ['domain'],
  contract: ['domain', 'contract'],
  port: ['domain'],
  core: ['domain', 'port', 'core'],
  strategy: ['domain', 'port', 'core'],
  service: ['domain', 'contract', 'port', 'core', 'strategy'],
  platform: ['domain', 'contract', 'port', 'platform'],
  virtual: ['domain', 'contract', 'port'],
  adapter: ['domain', 'contract', 'port', 'core', 'adapter', 'platform'],
  simulation: ['domain', 'contract', 'port', 'core', 'strategy', 'service', 'adapter', 'platform', 'virtual'],
  app: ['domain', 'contract', 'port', 'core', 'strategy', 'service', 'adapter', 'platform', 'simulation'],
  tool: [
    'domain',
    'contract',
    'port',
    'core',
    'strategy',
    'service',
    'adapter',
    'platform',
    'simulation',
    'virtual',
    'testing',
    'tool',
    'bench',
  ],
  bench: [
    'domain',
    'contract',
    'port',
    'core',
    'strategy',
    'service',
    'adapter',
    'platform',
    'simulation',
    'virtual',
    'testing',
    'tool',
    'bench',
  ],
  testing: ['domain', 'contract', 'port', 'virtual', 'testing'],
};

/** Layers that compile and test in milliseconds and run live, in backtest and in simulation alike. */
export const PURE_TYPES = ['domain', 'port', 'core', 'strategy'];

/**
 * The options of `@nx/enforce-module-boundaries`.
 * @param {{ specs: boolean }} where specs may take fixtures from the testing lib, nothing else may
 */
export function boundaries({ specs }) {
  const depConstraints = Object.entries(MAY_IMPORT).map(([type, allowed]) => ({
    sourceTag: `type:${type}`,
    onlyDependOnLibsWithTags: (specs ? [...allowed, 'testing'] : allowed).map((name) => `type:${name}`),
  }));
  return {
    depConstraints,
    // Fixtures know the domain and the domain's specs know the fixtures: a circle of files it is not.
    ignoredCircularDependencies: [['@argosy/testing', '*']],
    allow: [],
  };
}
