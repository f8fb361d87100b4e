import { APPROVAL_MS_MAX, ResumeApprovals } from './resume-approvals.js';
import { sha256 } from './signing-world.fixture.js';

type Step = (approvals: ResumeApprovals, known: { id: string }) => string;

const ask =
  (actor: string, killId = 'k1', at = 0, reason = 'over'): Step =>
  (approvals, known) => {
    const asked = approvals.ask({ actor, killId, reason }, at);
    if (asked.kind === 'waiting') known.id = asked.request.requestId;
    return asked.kind === 'granted' ? 'granted' : asked.isOwn ? 'waits' : 'waits for another';
  };
const approve =
  (actor: string, killId = 'k1', at = 0, id?: string): Step =>
  (approvals, known) =>
    approvals.approve({ actor, killId, requestId: id ?? known.id }, at).kind;
const kill: Step = (approvals) => {
  approvals.forget();
  return 'killed';
};

describe('a resume (I-14, I-54)', () => {
  const stories: ReadonlyArray<[string, 1 | 2, readonly Step[], readonly string[]]> = [
    ['one person is enough where configured so', 1, [ask('ann')], ['granted']],
    ['a second person approves', 2, [ask('ann'), approve('ben')], ['waits', 'granted']],
    ['nobody approves their own request', 2, [ask('ann'), approve('ann')], ['waits', 'own']],
    ['asking twice is not approving', 2, [ask('ann'), ask('ann')], ['waits', 'waits']],
    [
      'somebody else who asks has not read the first request',
      2,
      [ask('ann'), ask('ben')],
      ['waits', 'waits for another'],
    ],
    ['an approval is good once', 2, [ask('ann'), approve('ben'), approve('cat')], ['waits', 'granted', 'unknown']],
    [
      'it holds until its last millisecond',
      2,
      [ask('ann'), approve('ben', 'k1', APPROVAL_MS_MAX)],
      ['waits', 'granted'],
    ],
    ['it expires', 2, [ask('ann'), approve('ben', 'k1', APPROVAL_MS_MAX + 1)], ['waits', 'unknown']],
    ['it is for one kill', 2, [ask('ann'), approve('ben', 'k2')], ['waits', 'unknown']],
    [
      'a kill of what is killed ends it too (F-29)',
      2,
      [ask('ann'), kill, approve('ben')],
      ['waits', 'killed', 'unknown'],
    ],
    [
      'it is for exactly what was asked',
      2,
      [ask('ann'), approve('ben', 'k1', 0, 'f'.repeat(32))],
      ['waits', 'unknown'],
    ],
    [
      'a request for an older kill is replaced',
      2,
      [ask('ann'), ask('ben', 'k2', 1), approve('ann', 'k2', 2)],
      ['waits', 'waits', 'granted'],
    ],
  ];
  it.each(stories)('%s', (_story, people, steps, expected) => {
    const approvals = new ResumeApprovals(people, sha256);
    const known = { id: '' };
    expect(steps.map((step) => step(approvals, known))).toEqual(expected);
  });

  it('has an id that binds who asked, for which kill, when and why', () => {
    const idOf = (actor: string, killId: string, at: number, reason: string): string => {
      const asked = new ResumeApprovals(2, sha256).ask({ actor, killId, reason }, at);
      return asked.kind === 'waiting' ? asked.request.requestId : '';
    };
    const ids = [
      idOf('a', 'k', 0, 'r'),
      idOf('b', 'k', 0, 'r'),
      idOf('a', 'l', 0, 'r'),
      idOf('a', 'k', 1, 'r'),
      idOf('a', 'k', 0, 's'),
    ];
    expect(new Set(ids).size).toBe(5);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
