import { ok, refused, type Result } from '@argosy/domain';
import { type OpsProblem, problem } from './problem.js';
import type { JsonValue } from './strict-json.js';

/** More in one notification are a mistake of whoever routes them. */
export const ALERTS_MAX = 64;
/** Label or annotation that makes a firing alert trip the kill switch (RK-3). */
export const KILL_ACTION = 'AUTO_KILL_SWITCH';
const TEXT_LENGTH_MAX = 200;

/** One alert as Alertmanager tells it. */
export interface Alert {
  readonly name: string;
  readonly isFiring: boolean;
  readonly severity: string;
  readonly summary: string;
  /** The same for every notification of one outbreak, another one for the next. */
  readonly outbreak: string;
  readonly killsFleet: boolean;
}

type Fields = Readonly<Record<string, JsonValue>>;
const isFields = (value: JsonValue | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: JsonValue | undefined): Fields => (isFields(value) ? value : {});
const textOf = (fields: Fields, name: string): string => {
  const value = fields[name];
  return typeof value === 'string' ? value.slice(0, TEXT_LENGTH_MAX) : '';
};

/**
 * Reads a notification of Alertmanager's webhook (version 4). What it holds beyond what we read is left alone: a field
 * that a later release adds must not keep a kill from being tripped, and neither must one alert that makes no sense.
 */
export function readAlerts(body: Fields): Result<readonly Alert[], OpsProblem> {
  const { alerts } = body;
  if (!Array.isArray(alerts)) return no('alerts', 'must be a list');
  const entries = alerts as readonly JsonValue[];
  if (entries.length === 0 || entries.length > ALERTS_MAX)
    return no('alerts', `must hold 1 to ${String(ALERTS_MAX)} alerts, not ${String(entries.length)}`);
  const read = entries.filter(isFields).flatMap((entry) => {
    const alert = readAlert(entry);
    return alert === undefined ? [] : [alert];
  });
  return read.length === 0 ? no('alerts', 'holds no alert with a status and labels.alertname') : ok(read);
}

function readAlert(entry: Fields): Alert | undefined {
  const [labels, annotations] = [fieldsOf(entry['labels']), fieldsOf(entry['annotations'])];
  const name = textOf(labels, 'alertname');
  const status = textOf(entry, 'status');
  const killsFleet = textOf(labels, 'action') === KILL_ACTION || textOf(annotations, 'action') === KILL_ACTION;
  if (name === '' || (status !== 'firing' && status !== 'resolved')) return undefined;
  return {
    name,
    isFiring: status === 'firing',
    severity: textOf(labels, 'severity'),
    summary: textOf(annotations, 'summary'),
    outbreak: `${textOf(entry, 'fingerprint') || name}@${textOf(entry, 'startsAt')}`,
    killsFleet,
  };
}

const no = (field: string, why: string): Result<never, OpsProblem> =>
  refused(problem('invalid_request', { field, why }));
