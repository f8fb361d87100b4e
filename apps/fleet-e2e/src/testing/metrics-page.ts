import type { DescribedMetric } from '@argosy/platform-observability';

const SAMPLE = /^([a-zA-Z_:][\w:]*)\{([^}]*)\} /;
const LABEL = /(\w+)="/g;
/** What the format itself adds to the samples of a histogram or a summary. */
const OF_THE_FORMAT: ReadonlySet<string> = new Set(['le', 'quantile']);

/**
 * Reads OpenMetrics text. Its counters are declared without `_total`; here they have the name people ask for. Labels are
 * those of the samples, so of what was never counted none is known.
 */
export function readMetricsPage(text: string): readonly DescribedMetric[] {
  const lines = text.split('\n');
  const helps = new Map(lines.flatMap((line) => declared('HELP', line)));
  return lines
    .flatMap((line) => declared('TYPE', line))
    .map(([name, type]) => ({
      name: type === 'counter' ? `${name}_total` : name,
      type,
      help: helps.get(name) ?? '',
      labelNames: labelsOf(name, lines),
    }));
}

function declared(word: 'HELP' | 'TYPE', line: string): [name: string, rest: string][] {
  const [, name, rest] = new RegExp(`^# ${word} (\\S+) (.*)$`).exec(line) ?? [];
  return name === undefined || rest === undefined ? [] : [[name, rest]];
}

function labelsOf(name: string, lines: readonly string[]): readonly string[] {
  const samples = lines.flatMap((line) => {
    const [, sample = '', labels = ''] = SAMPLE.exec(line) ?? [];
    return sample.replace(/_(total|bucket|sum|count)$/, '') === name ? [labels] : [];
  });
  const names = samples.flatMap((labels) => [...labels.matchAll(LABEL)].map(([, label = '']) => label));
  return [...new Set(names)].filter((label) => !OF_THE_FORMAT.has(label));
}
