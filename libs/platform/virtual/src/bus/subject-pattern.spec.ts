import { matchesPattern } from './subject-pattern.js';

describe('which subjects fall under a pattern', () => {
  it.each([
    ['a.b', 'a.b', true],
    ['a.b', 'a.bc', false],
    ['a.>', 'a.b', true],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['a.>', 'ab.c', false],
    ['a.*', 'a.b', true],
    ['a.*', 'a.b.c', false],
    ['*.b.>', 'a.b.c.d', true],
    ['*.b.>', 'a.c.d', false],
    ['>', 'a', true],
  ])('%s and %s: %p', (pattern, subject, expected) => {
    expect(matchesPattern(pattern, subject)).toBe(expected);
  });
});
