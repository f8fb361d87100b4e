import { timeNs, type TimeNs } from '@argosy/domain';
import { NO_RATE_LIMITS, type VenueFence } from '@argosy/venue-port';
import { type DoubtEvidence, type DoubtVerdict, judgeDoubt } from './doubt-evidence.js';

const FENCE: VenueFence = {
  requestExpiry: 'per_request',
  expiryMsMin: 0,
  nonceBurn: true,
  deadMan: undefined,
  orderIdentity: 'unique_while_open',
  visibilityLagMs: 3_000,
  fillIdentity: [],
  rateLimits: NO_RATE_LIMITS,
};
const at = (ms: number): TimeNs => timeNs(BigInt(ms) * 1_000_000n);
const burn = (answer: 'burnt' | 'already_used', ms: number): DoubtEvidence['burn'] => ({ answer, at: at(ms) });
/** An order whose request expires at 1,000 ms. */
const doubt = (evidence: Partial<DoubtEvidence> = {}): DoubtEvidence => ({
  expiresAt: at(1_000),
  burn: undefined,
  burnsTried: 0,
  notFound: [],
  ...evidence,
});
const said = (verdict: DoubtVerdict): string =>
  verdict.kind === 'absent' ? `absent by ${verdict.proof}` : verdict.kind;

describe('what proves an order absent (I-27, 5.1, 5.2)', () => {
  const stories: ReadonlyArray<[string, DoubtEvidence, Partial<VenueFence>, string]> = [
    ['nothing is known: its nonce is burnt first', doubt(), {}, 'burn'],
    ['the nonce is burnt: it can never land', doubt({ burn: burn('burnt', 200) }), {}, 'absent by nonce_burnt'],
    ['the nonce was spent: by the order perhaps, so look', doubt({ burn: burn('already_used', 200) }), {}, 'ask'],
    ['spent, and not found once', doubt({ burn: burn('already_used', 200), notFound: [at(3_201)] }), {}, 'ask'],
    [
      'spent, and not found twice though too early to see: no evidence',
      doubt({ burn: burn('already_used', 200), notFound: [at(3_000), at(3_200)] }),
      {},
      'ask',
    ],
    [
      'spent at once, and not found twice after the lag: its expiry need not be waited for',
      doubt({ burn: burn('already_used', 200), notFound: [at(3_201), at(3_700)] }),
      {},
      'absent by not_found',
    ],
    [
      'spent only after the expiry: the expiry counts',
      doubt({ burn: burn('already_used', 9_000), notFound: [at(4_001), at(4_500)] }),
      {},
      'absent by not_found',
    ],
    ['three burns without an answer are enough', doubt({ burnsTried: 3 }), {}, 'ask'],
    ['no burn at this venue', doubt(), { nonceBurn: false }, 'ask'],
    [
      'no burn: a hundred denials before expiry plus lag prove nothing',
      doubt({ notFound: Array.from({ length: 100 }, (_, i) => at(i * 40)) }),
      { nonceBurn: false },
      'ask',
    ],
    [
      'no burn: two late denials are proof',
      doubt({ notFound: [at(4_000), at(4_001), at(4_002)] }),
      { nonceBurn: false },
      'absent by not_found',
    ],
    [
      'no burn and no expiry: only a person can say',
      doubt({ notFound: [at(90_000), at(99_000)] }),
      { nonceBurn: false, requestExpiry: 'none' },
      'person',
    ],
    ['no expiry but a burn: it is burnt', doubt(), { requestExpiry: 'none' }, 'burn'],
    [
      'no expiry, and the burns stay unanswered: only a person can say',
      doubt({ burnsTried: 3, notFound: [at(90_000), at(99_000)] }),
      { requestExpiry: 'none' },
      'person',
    ],
    [
      'no expiry, but spent: from there on denials count',
      doubt({ burn: burn('already_used', 200), notFound: [at(3_201), at(3_300)] }),
      { requestExpiry: 'none' },
      'absent by not_found',
    ],
  ];
  it.each(stories)('%s', (_story, evidence, fence, expected) => {
    expect(said(judgeDoubt(evidence, { ...FENCE, ...fence }))).toBe(expected);
  });
});
