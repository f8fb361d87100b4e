import { PRESCRIBED_METRICS } from '@argosy/platform-observability';
import { code, page, table } from './markdown.mjs';
import { metricsIn } from './metric-specs.mjs';
import { loadBuilt, readSources } from './sources.mjs';

/** @typedef {import('./metric-specs.mjs').FoundMetric} FoundMetric */
/** @typedef {{ kind: string, help: string, labels: readonly string[], owners: readonly string[], isLive: boolean }} Prescribed */

/** Names that a table in code makes: that file is asked, with nothing behind its ports. */
const ASKED = new Map([
  [
    'apps/market-data/src/binance-counts.ts',
    (/** @type {Record<string, any>} */ { BinanceCounts }, /** @type {object} */ metrics) =>
      new BinanceCounts([], {}, metrics),
  ],
]);

/** Whose metrics stand in a folder, the longest that fits; what every process has is not any one's. */
const OWNERS = new Map([
  ['apps/', ''],
  ['libs/market-data/', 'market-data'],
  ['libs/execution/', 'execution'],
  ['libs/risk/', 'risk'],
  ['libs/ledger/', 'ledger'],
  ['libs/ops/', 'ops-gateway'],
  ['libs/strategy/', 'strategy-host'],
  ['libs/platform/database/', 'services with a store'],
  ['libs/platform/', 'every service'],
]);

export async function metricsPage() {
  const found = await allMetrics();
  const own = found.filter(({ name }) => !Object.hasOwn(PRESCRIBED_METRICS, name));
  return page('Metrics', [
    'What every service shows at `/metrics`, in OpenMetrics form. Labels come from closed sets and never hold an id of an ' +
      'order; a histogram carries exemplars with the `trace_id` of what it measured. Beside these each process shows its ' +
      'own `process_*` and `nodejs_*` as prom-client names them.',
    '## Named by the operators’ manuals',
    table(['metric', 'type', 'labels', 'service', 'what it says'], prescribedRows(found)),
    '## Ours',
    'A name with `<service>` stands once for every service, with underscores: `argosy_market_data_message_seconds`.',
    table(['metric', 'type', 'labels', 'service', 'what it says'], ownRows(own)),
  ]);
}

/** @returns {Promise<FoundMetric[]>} sorted by name, each once */
export async function allMetrics() {
  const read = readSources()
    .filter(({ path }) => !ASKED.has(path) && !path.startsWith('libs/platform/port/'))
    .flatMap(metricsIn);
  const asked = await Promise.all([...ASKED].map(([path, make]) => ask(path, make)));
  const byName = new Map([...read, ...asked.flat()].map((metric) => [metric.name, metric]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {string} path
 * @param {(module: Record<string, any>, metrics: object) => unknown} make
 */
async function ask(path, make) {
  /** @type {FoundMetric[]} */
  const found = [];
  const maker = (/** @type {string} */ kind) => (/** @type {Omit<FoundMetric, 'kind' | 'path'>} */ spec) => {
    found.push({ kind, path, name: spec.name, help: spec.help, labels: [...spec.labels] });
    return {};
  };
  make(await loadBuilt(path), { counter: maker('counter'), gauge: maker('gauge'), histogram: maker('histogram') });
  return found;
}

/** @param {readonly FoundMetric[]} found */
function prescribedRows(found) {
  /** @type {[string, Prescribed][]} */
  const all = Object.entries(PRESCRIBED_METRICS);
  return all.map(([name, { kind, help, labels, owners, isLive }]) => {
    const made = found.find((metric) => metric.name === name);
    const service = owners.length === 6 ? 'every service' : owners.join(', ');
    return [code(name), kind, namesOf(made?.labels ?? labels), service, isLive ? help : `${help} Not measured yet.`];
  });
}

/** @param {readonly FoundMetric[]} metrics */
function ownRows(metrics) {
  return metrics.map(({ name, kind, labels, path, help }) => [code(name), kind, namesOf(labels), ownerOf(path), help]);
}

/** @param {readonly string[]} labels */
const namesOf = (labels) => labels.map(code).join(', ');

/** @param {string} path */
function ownerOf(path) {
  const [, app = ''] = path.split('/');
  const hit = [...OWNERS].find(([folder]) => path.startsWith(folder));
  return hit?.[1] === '' ? app : (hit?.[1] ?? 'every service');
}
