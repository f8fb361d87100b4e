import type { ClearinghouseView } from '@argosy/exchange-core';
import { wireClearinghouse } from './wire.js';

const aView = (timeMs: number): ClearinghouseView => ({
  accountValue: '1000.0',
  totalNtlPos: '0.0',
  totalRawUsd: '1000.0',
  totalMarginUsed: '0.0',
  crossMaintenanceMarginUsed: '0.0',
  withdrawable: '1000.0',
  positions: [],
  timeMs,
});

describe('account state on the wire', () => {
  it('states the present although nothing happens: clients set their clocks, and so their expiries, by it', () => {
    expect(wireClearinghouse(aView(1_000), 3_500).time).toBe(3_500);
  });

  it('never states a time before its own last change', () => {
    expect(wireClearinghouse(aView(4_000), 3_500).time).toBe(4_000);
  });
});
