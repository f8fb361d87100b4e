import { type ServiceName, SERVICES } from '@argosy/contracts';
import {
  type DescribedMetric,
  metricProblems,
  PRESCRIBED_METRICS,
  prescribedFor,
  type PrescribedMetricName,
} from '@argosy/platform-observability';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, LocalFleet } from './testing/local-fleet.js';
import { readMetricsPage } from './testing/metrics-page.js';

const REFERENCE = join(__dirname, '../../../docs/reference/metrics.md');
describe('what the fleet measures (OB-1)', () => {
  let fleet: LocalFleet;
  const pages = new Map<ServiceName, string>();

  const shownBy = (service: ServiceName): readonly DescribedMetric[] => readMetricsPage(pages.get(service) ?? '');
  const textOf = async (service: ServiceName): Promise<string> =>
    (await fetch(`${fleet.urlOf(service)}/metrics`)).text();

  beforeAll(async () => {
    fleet = await LocalFleet.up({ name: 'e2e-metrics', options: ['--seed', '11'] });
    // Labels show with the first sample, so the fill has to be in the books before the pages are read.
    await eventually(
      'a posting',
      async () => /^argosy_ledger_postings_total [1-9]/m.test(await textOf('ledger')) || undefined,
      { withinMs: 30_000 },
    );
    for (const service of SERVICES) pages.set(service, await textOf(service));
  }, 90_000);

  afterAll(() => fleet.down(), 40_000);

  it.each(SERVICES)('%s shows the metrics that the manuals name, as the kind they need', (service) => {
    const shown = new Map(shownBy(service).map(({ name, type }) => [name, type]));
    const wanted = prescribedFor(service).map((name: PrescribedMetricName) => [name, PRESCRIBED_METRICS[name].kind]);
    expect(wanted.map(([name]) => [name, shown.get(name ?? '')])).toEqual(wanted);
  });

  it.each(SERVICES)('%s shows none of them that is another’s to tell', (service) => {
    const named = shownBy(service).filter(({ name }) => Object.hasOwn(PRESCRIBED_METRICS, name));
    const own: readonly string[] = prescribedFor(service);
    expect(named.map(({ name }) => name).filter((name) => !own.includes(name))).toEqual([]);
  });

  it.each(SERVICES)('%s names, explains and labels by our rules', (service) => {
    expect(shownBy(service).length).toBeGreaterThan(10);
    expect(metricProblems(shownBy(service))).toEqual([]);
  });

  it.each(SERVICES)('%s shows nothing that the reference does not tell', (service) => {
    const told = readFileSync(REFERENCE, 'utf8');
    const own = service.replaceAll('-', '_');
    const isTold = (name: string): boolean =>
      told.includes(`\`${name}\``) || told.includes(`\`${name.replace(`argosy_${own}_`, 'argosy_<service>_')}\``);
    const names = shownBy(service).map(({ name }) => name);
    expect(names.filter((name) => !/^(process|nodejs)_/.test(name) && !isTold(name))).toEqual([]);
  });
});
