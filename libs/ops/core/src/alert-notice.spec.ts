import { ALERTS_MAX, readAlerts } from './alert-notice.js';
import type { JsonValue } from './strict-json.js';

const alert = (over: Readonly<Record<string, JsonValue>> = {}): JsonValue => ({
  status: 'firing',
  labels: { alertname: 'DailyLossExceeded', severity: 'critical', action: 'AUTO_KILL_SWITCH' },
  annotations: { summary: 'Lost 2.1 %' },
  startsAt: '2026-01-01T00:00:00Z',
  fingerprint: 'f1',
  ...over,
});

describe('a notification of the alert manager (RK-3)', () => {
  it('is read with what matters of it', () => {
    expect(readAlerts({ version: '4', alerts: [alert()] })).toEqual({
      ok: true,
      value: [
        {
          name: 'DailyLossExceeded',
          isFiring: true,
          severity: 'critical',
          summary: 'Lost 2.1 %',
          outbreak: 'f1@2026-01-01T00:00:00Z',
          killsFleet: true,
        },
      ],
    });
  });

  const readings: ReadonlyArray<[string, JsonValue, string]> = [
    [
      'the action may be an annotation',
      alert({ labels: { alertname: 'A' }, annotations: { action: 'AUTO_KILL_SWITCH' } }),
      'A fires kills',
    ],
    ['no action', alert({ labels: { alertname: 'A' } }), 'A fires'],
    ['another action', alert({ labels: { alertname: 'A', action: 'auto_kill_switch' } }), 'A fires'],
    ['one that is over', alert({ status: 'resolved' }), 'DailyLossExceeded over kills'],
    [
      'fields of a later release',
      alert({ generatorURL: 'x', novelty: { deep: [1] } }),
      'DailyLossExceeded fires kills',
    ],
    ['annotations that are none', alert({ annotations: 7 }), 'DailyLossExceeded fires kills'],
    ['a status nobody knows', alert({ status: 'maybe' }), 'invalid_request'],
    ['no name', alert({ labels: { action: 'AUTO_KILL_SWITCH' } }), 'invalid_request'],
    ['no alert', 'firing', 'invalid_request'],
  ];
  it.each(readings)('%s', (_what, entry, expected) => {
    const read = readAlerts({ alerts: [entry] });
    const text = read.ok
      ? read.value
          .map(
            ({ name, isFiring, killsFleet }) => `${name} ${isFiring ? 'fires' : 'over'}${killsFleet ? ' kills' : ''}`,
          )
          .join()
      : read.refusal.code;
    expect(text).toBe(expected);
  });

  it('is not lost because of another alert that makes no sense', () => {
    const read = readAlerts({ alerts: [null, { status: 3 }, alert()] });
    expect(read.ok && read.value.map(({ killsFleet }) => killsFleet)).toEqual([true]);
  });

  it.each([
    ['no list', {}],
    ['an empty list', { alerts: [] }],
    ['too many', { alerts: Array.from({ length: ALERTS_MAX + 1 }, () => alert()) }],
  ])('is refused with %s', (_what, body) => {
    expect(readAlerts(body)).toMatchObject({
      ok: false,
      refusal: { code: 'invalid_request', details: { field: 'alerts' } },
    });
  });
});
