import type { UserFill } from '@argosy/exchange-core';
import { BooksChecker } from './books.checker.js';
import { Story } from './checkers.fixture.js';

const FILL = { isBuy: true, sz: '0.01' } as UserFill;

describe('the loss of the whole stream (I-45)', () => {
  it('is found when a fill is not in the books afterwards, and not looked for where nothing was lost', async () => {
    const [lost, whole] = [0, 1].map(() => new Story((world, coverage) => new BooksChecker(world, coverage)));
    lost?.checker.faultBegan('stream_wiped');
    for (const story of [lost, whole]) {
      story?.checker.venueFill(FILL);
      await story?.checker.settled();
    }
    const found = 'I-45 the stream was lost, and with it 1 fills';
    expect(lost?.violations).toContain(found);
    expect(whole?.violations).not.toContain(found);
  });
});
