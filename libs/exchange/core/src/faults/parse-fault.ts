import { RULES_MAX } from './fault-book.js';
import { FAULT_NAMES, type FaultName, faultSpec, LANES, type Setting } from './fault-catalogue.js';
import { type FaultPlan, type FaultRule, type FaultTarget, VENUES } from './fault-rule.js';

const COUNT_MAX = 1_000_000_000;
const TIME_MS_MAX = 86_400_000;
const TEXT_MAX = 64;
const ID = /^[A-Za-z0-9_.-]{1,64}$/;

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, TEXT_MAX);

class Reader {
  readonly problems: string[] = [];

  constructor(private readonly where: string) {}

  problem(text: string): void {
    this.problems.push(`${this.where}${text}`);
  }

  known(fields: Fields, names: readonly string[], what: string): void {
    for (const name of Object.keys(fields))
      if (!names.includes(name)) this.problem(`${what} '${name.slice(0, TEXT_MAX)}' is none of ${names.join(', ')}`);
  }

  number(fields: Fields, name: string, range: readonly [number, number], whole: boolean): number | undefined {
    const value = fields[name];
    if (value === undefined) return undefined;
    const fits = typeof value === 'number' && value >= range[0] && value <= range[1];
    if (fits && (!whole || Number.isInteger(value))) return value;
    this.problem(
      `${name} must be a ${whole ? 'whole ' : ''}number from ${String(range[0])} to ${String(range[1])}, was ${shown(value)}`,
    );
    return undefined;
  }

  choice<T extends string>(fields: Fields, name: string, choices: readonly T[]): T | undefined {
    const value = fields[name];
    if (value === undefined) return undefined;
    const found = choices.find((candidate) => candidate === value);
    if (found === undefined) this.problem(`${name} must be one of ${choices.join(', ')}, was ${shown(value)}`);
    return found;
  }

  text(fields: Fields, name: string): string | undefined {
    const value = fields[name];
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '' && value.length <= TEXT_MAX) return value;
    this.problem(`${name} must be text of at most ${String(TEXT_MAX)} characters, was ${shown(value)}`);
    return undefined;
  }

  object(fields: Fields, name: string): Fields {
    const value = fields[name];
    if (isFields(value)) return value;
    if (value !== undefined) this.problem(`${name} must be an object, was ${shown(value)}`);
    return {};
  }
}

const RULE_FIELDS = ['fault', 'target', 'rate', 'count', 'afterMs', 'forMs', 'settings'];

/** One rule as JSON holds it, or every problem with it. */
export function parseFaultRule(value: unknown, where = ''): FaultRule | readonly string[] {
  const reader = new Reader(where);
  if (!isFields(value)) return [`${where}a rule must be an object, was ${shown(value)}`];
  reader.known(value, RULE_FIELDS, 'field');
  if (value['fault'] === undefined) reader.problem('fault is missing');
  const fault = reader.choice(value, 'fault', FAULT_NAMES);
  const rate = reader.number(value, 'rate', [0, 1], false) ?? 1;
  if (rate === 0) reader.problem('rate must be above 0');
  const rule = {
    target: readTarget(reader, reader.object(value, 'target'), fault),
    rate,
    count: reader.number(value, 'count', [1, COUNT_MAX], true),
    afterMs: reader.number(value, 'afterMs', [0, TIME_MS_MAX], true) ?? 0,
    forMs: reader.number(value, 'forMs', [1, TIME_MS_MAX], true),
    settings: fault === undefined ? {} : readSettings(reader, reader.object(value, 'settings'), fault),
  };
  return fault === undefined || reader.problems.length > 0 ? reader.problems : { fault, ...rule };
}

function readTarget(reader: Reader, fields: Fields, fault: FaultName | undefined): FaultTarget {
  reader.known(fields, ['venue', 'lane', 'channel', 'coin', 'account'], 'target');
  const venue = reader.choice(fields, 'venue', VENUES);
  const lane = reader.choice(fields, 'lane', LANES);
  const lanes = fault === undefined ? LANES : faultSpec(fault).lanes;
  if (lane !== undefined && !lanes.includes(lane))
    reader.problem(`lane ${lane} is not one that ${String(fault)} acts on: ${lanes.join(', ') || 'it has none'}`);
  const channel = reader.text(fields, 'channel');
  const coin = reader.text(fields, 'coin');
  const account = reader.text(fields, 'account')?.toLowerCase();
  return {
    ...(venue === undefined ? {} : { venue }),
    ...(lane === undefined ? {} : { lane }),
    ...(channel === undefined ? {} : { channel }),
    ...(coin === undefined ? {} : { coin }),
    ...(account === undefined ? {} : { account }),
  };
}

function readSettings(reader: Reader, fields: Fields, fault: FaultName): Record<string, number | string> {
  const { settings } = faultSpec(fault);
  reader.known(fields, Object.keys(settings), `setting of ${fault}`);
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, readSetting(reader, fields, name, setting)]),
  );
}

function readSetting(reader: Reader, fields: Fields, name: string, setting: Setting): number | string {
  if ('choices' in setting) return reader.choice(fields, name, setting.choices) ?? setting.fallback;
  return reader.number(fields, name, [setting.least, setting.most], false) ?? setting.fallback;
}

/** A whole plan, `{ "seed": 1, "rules": { "id": rule } }`, or every problem with it. */
export function parseFaultPlan(value: unknown): FaultPlan | readonly string[] {
  const reader = new Reader('');
  if (!isFields(value)) return [`a plan must be an object, was ${shown(value)}`];
  reader.known(value, ['seed', 'rules'], 'field');
  const seed = reader.number(value, 'seed', [0, 2 ** 32 - 1], true) ?? 1;
  const entries = Object.entries(reader.object(value, 'rules'));
  if (entries.length > RULES_MAX) reader.problem(`at most ${String(RULES_MAX)} rules, were ${String(entries.length)}`);
  const rules: Record<string, FaultRule> = {};
  for (const [id, rule] of entries) {
    if (!isRuleId(id)) reader.problem(`id '${id.slice(0, TEXT_MAX)}' must be letters, digits, _ . or -, at most 64`);
    const parsed = parseFaultRule(rule, `${id.slice(0, TEXT_MAX)}: `);
    if ('fault' in parsed) rules[id] = parsed;
    else reader.problems.push(...parsed);
  }
  return reader.problems.length > 0 ? reader.problems : { seed, rules };
}

export const isRuleId = (id: string): boolean => ID.test(id);
export const isFaultRule = (value: FaultRule | readonly string[]): value is FaultRule => 'fault' in value;
export const isFaultPlan = (value: FaultPlan | readonly string[]): value is FaultPlan => 'rules' in value;
