import { describeRefusal, isRefusalCode, refusal, REFUSALS } from './refusal.js';

describe('refusals (EX-2)', () => {
  it('use the manuals’ texts where the manuals have one', () => {
    expect(REFUSALS.invalid_tick_size[0]).toBe('Order rejected: Invalid tick size');
    expect(REFUSALS.insufficient_margin[0]).toBe('Order rejected: Insufficient margin');
    expect(REFUSALS.reduce_only_violation[0]).toBe('Order rejected: Reduce-only violation');
  });

  it('say what was wrong, the value seen and how to mend it', () => {
    expect(describeRefusal(refusal('invalid_tick_size', { price: '100.05', tick: '0.1' }))).toBe(
      'Order rejected: Invalid tick size (price=100.05, tick=0.1). Adjust the price to the nearest tick.',
    );
  });

  it('know their own codes only, whatever the prototype offers', () => {
    expect(isRefusalCode('toString')).toBe(false);
    expect(isRefusalCode('kill_switch_active')).toBe(true);
  });
});
