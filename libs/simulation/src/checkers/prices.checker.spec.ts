import { timeNs } from '@argosy/domain';
import type { DecisionRecord } from '@argosy/risk-core';
import { Story } from './checkers.fixture.js';
import { PricesChecker } from './prices.checker.js';

const story = (): Story<PricesChecker> => new Story((world, coverage) => new PricesChecker(world, coverage));

/** Risk says now that it decided so a moment ago. */
function decides({ world, checker }: Story<PricesChecker>, limitPrice: string, verdict = 'approved'): void {
  const inputs = JSON.stringify({ intent: { limitPrice } });
  const decidedAt = timeNs(world.nowNs - 100_000_000n);
  checker.decided([{ verdict, inputs, decidedAt } as unknown as DecisionRecord]);
}

describe('the prices of approved orders (I-20)', () => {
  it('may lie within three per cent of both sources', async () => {
    const one = await story().at(10);
    one.checker.published('the oracle', 100);
    one.checker.published('the other venue', 101);
    await one.at(11);
    decides(one, '102.9');
    decides(one, '98');
    decides(one, '200', 'price_outside_collar');
    expect(one.violations).toEqual([]);
  });

  it.each([
    ['too far from the oracle', '103.1', 100, 101, 'I-20 approved at 103.1, the oracle said 100'],
    [
      'too far from the other venue, whose price alone crashed',
      '100',
      100,
      10,
      'I-20 approved at 100, the other venue said 10',
    ],
  ])('may not lie %s', async (_what, limit, oracle, other, found) => {
    const one = await story().at(10);
    one.checker.published('the oracle', oracle);
    one.checker.published('the other venue', other);
    await one.at(11);
    decides(one, limit);
    expect(one.violations).toEqual([found]);
  });

  it('may not be judged by a source that says nothing any more', async () => {
    const one = await story().at(10);
    one.checker.published('the other venue', 100);
    await one.at(16.5);
    one.checker.published('the oracle', 100);
    await one.at(17);
    decides(one, '100');
    expect(one.violations).toEqual(['I-20 approved at 100 though the other venue said nothing lately']);
  });
});
