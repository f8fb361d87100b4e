import * as configuration from '@argosy/platform-config';
import { code, page, table } from './markdown.mjs';
import { classesIn, lineage, settingsOf } from './settings.mjs';
import { commentOf, loadBuilt, readSources } from './sources.mjs';

/** @typedef {import('./settings.mjs').ConfigClass} ConfigClass */

const { AccountEntry, AccountsFile, InstrumentLimitEntry, LimitsFile } = configuration;
const CONFIG_SOURCE = /^apps\/([^/]+)\/src\/[^/]+\.config\.ts$/;

/** Parts that several services share, under the words people look for. */
const SHARED_TITLES = new Map([
  ['ServiceConfig', 'Every service'],
  ['FleetServiceConfig', 'Every service on the fleet’s wire'],
  ['WithPostgres', 'Every service with a store'],
]);

export async function configurationPage() {
  const sources = readSources();
  const classes = classesIn(sources);
  const services = await serviceClasses(sources.map(({ path }) => path));
  const shared = new Map(services.flatMap(({ type }) => lineage(type)).map((type) => [type.name, type]));
  const commons = [...SHARED_TITLES].flatMap(([name, title]) => {
    const type = shared.get(name);
    return type === undefined ? [] : [`## ${title}`, settingsTable(type, classes)];
  });
  const own = services.flatMap(({ app, type }) => [
    `## ${app}`,
    ...opening(type, classes),
    settingsTable(type, classes),
  ]);
  return page('Configuration variables', [
    'What a service reads from its environment. Every problem is told at once; a variable under one of our prefixes that no ' +
      'class knows is one of them. A limit has no default. Durations carry their unit: `500ms`, `10s`, `5m`, `1h`.',
    ...commons,
    ...own,
  ]);
}

export async function configurationFilesPage() {
  const classes = classesIn(readSources());
  const files = /** @type {const} */ ([
    ['accounts.yaml', AccountsFile],
    ['accounts.yaml, one of `accounts`', AccountEntry],
    ['limits.yaml', LimitsFile],
    ['limits.yaml, one of `instruments`', InstrumentLimitEntry],
  ]);
  return page('Configuration files', [
    'YAML or JSON, read so that nothing has two meanings: no repeated keys, no anchors, no tabs, no `08`, `1e3` or `yes`, ' +
      'and no secret in clear: where one belongs, a reference to it is written. Unknown keys are errors.',
    ...files.flatMap(([title, type]) => [`## ${title}`, ...opening(type, classes), settingsTable(type, classes)]),
  ]);
}

/**
 * @param {readonly string[]} paths
 * @returns {Promise<{ app: string, type: ConfigClass }[]>}
 */
async function serviceClasses(paths) {
  const found = paths.flatMap((path) => {
    const [, app] = CONFIG_SOURCE.exec(path) ?? [];
    return app === undefined ? [] : [{ app, path }];
  });
  const loaded = await Promise.all(found.map(async ({ app, path }) => ({ app, module: await loadBuilt(path) })));
  return loaded.flatMap(({ app, module }) =>
    Object.values(module)
      .filter((one) => typeof one === 'function' && /Config$/.test(one.name) && /^class /.test(String(one)))
      .map((one) => ({ app, type: /** @type {ConfigClass} */ (one) })),
  );
}

/**
 * @param {ConfigClass} type
 * @param {ReturnType<typeof classesIn>} classes
 */
function opening(type, classes) {
  const declaration = classes.get(type.name);
  const text = declaration === undefined ? '' : commentOf(declaration);
  return text === '' ? [] : [text];
}

/**
 * @param {ConfigClass} type
 * @param {ReturnType<typeof classesIn>} classes
 */
function settingsTable(type, classes) {
  return table(
    ['name', 'default', 'must be', 'meaning'],
    settingsOf(type, classes).map(({ name, fallback, expects, isSecret, meaning }) => [
      code(name),
      fallback,
      expects,
      isSecret && !expects.includes('secret') ? `${meaning} (secret)` : meaning,
    ]),
  );
}
