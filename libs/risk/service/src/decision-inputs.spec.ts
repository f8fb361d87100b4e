import { type Amount, format } from '@argosy/domain';
import { A_MOMENT, anIntent } from '@argosy/testing';
import type { RiskView } from '@argosy/risk-core';
import fc from 'fast-check';
import { inputsText } from './decision-inputs.js';

const viewOf = (gross: bigint): RiskView => ({ gross: { before: gross, after: undefined } }) as never;

describe('the inputs of a decision as text (I-19, I-32)', () => {
  it('writes every decimal as the domain does', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (value) => {
        const { view } = JSON.parse(inputsText(anIntent(), viewOf(value))) as { view: { gross: { before: string } } };
        expect(view.gross.before).toBe(format(value as Amount));
      }),
    );
  });

  it('writes moments as whole nanoseconds, and the same inputs as the same text', () => {
    const text = inputsText(anIntent(), viewOf(1n));
    expect(text).toContain(`"tickReceivedAt":"${String(A_MOMENT)}"`);
    expect(inputsText(anIntent(), viewOf(1n))).toBe(text);
  });
});
