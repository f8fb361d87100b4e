import { Denials } from './denials.js';
import type { Sample } from './metric-text.js';

const risk = (code: string, value: number): Sample => ({ name: 'risk_violations_total', labels: { code }, value });
const venue = (code: string, value: number): Sample => ({
  name: 'orders_rejected_total',
  labels: { code, venue: 'hyperliquid' },
  value,
});

describe('refusals of a run by code', () => {
  it('leaves out what happened before the run', () => {
    const denials = new Denials();
    denials.look([risk('a', 5)]);
    denials.begin();
    denials.look([risk('a', 7), venue('b', 1)]);
    expect(denials.byCode).toEqual({ a: 2, b: 1 });
  });

  it('goes on counting through a service that begins again', () => {
    const denials = new Denials();
    denials.begin();
    denials.look([risk('a', 4)]);
    denials.look([risk('a', 1)]);
    denials.look([risk('a', 3)]);
    expect(denials.byCode).toEqual({ a: 7 });
  });

  it('adds what risk and execution refuse under one code', () => {
    const denials = new Denials();
    denials.begin();
    denials.look([risk('stale_market_data', 1), venue('stale_market_data', 2)]);
    expect(denials.byCode).toEqual({ stale_market_data: 3 });
  });

  it('counts each of a pair for itself', () => {
    const denials = new Denials();
    denials.begin();
    denials.look([risk('a', 4)], 'risk-1');
    denials.look([risk('a', 1)], 'risk-2');
    denials.look([risk('a', 4)], 'risk-1');
    denials.look([risk('a', 2)], 'risk-2');
    expect(denials.byCode).toEqual({ a: 6 });
  });
});
