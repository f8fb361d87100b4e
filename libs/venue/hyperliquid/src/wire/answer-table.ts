import type { AnswerProof, AnswerRule, AnswerTrouble } from '@argosy/venue-port';

/**
 * What each text of the venue proves about the request it answers. Sources: its page of error responses; texts seen on the
 * live venue that the page leaves out (nonces, expiry, keys, limits). Order matters: limits and doubt come first, so that no
 * refusal further down can swallow them. A text that is in no row is no proof: see `proofOf`.
 */
export const HYPERLIQUID_ANSWERS: readonly AnswerRule[] = [
  {
    name: 'address limit',
    pattern: /too many cumulative requests/i,
    proof: 'limited',
    trouble: 'address_limited',
    because: 'Refused before it was looked at: the address has no requests left until it trades.',
  },
  {
    name: 'request limit',
    pattern: /^429\b|too many (pending )?(post )?requests|too many inflight|rate limit/i,
    proof: 'limited',
    trouble: 'rate_limited',
    because: 'Refused at the door.',
  },
  {
    name: 'server error',
    pattern: /^5\d\d\b|internal server error|bad gateway|gateway time-?out|service unavailable/i,
    proof: 'in_doubt',
    because: 'It may have failed before the order was taken or after.',
  },
  {
    name: 'nonce spent',
    pattern: /duplicate nonce|nonce\b.*already used/i,
    proof: 'in_doubt',
    because: 'The order itself may be what spent it, by way of a copy of the request.',
  },
  {
    name: 'nonce too old',
    pattern: /nonce too low|nonce\b.*(below|smallest|is not above)/i,
    proof: 'in_doubt',
    trouble: 'clock_off',
    because: 'A copy of the request may have been taken before its nonce was forgotten.',
  },
  {
    name: 'nonce outside the window',
    pattern: /nonce too high|nonce\b.*outside/i,
    proof: 'in_doubt',
    trouble: 'clock_off',
    because: 'Nothing says at which end; our clock is days off.',
  },
  {
    name: 'another nonce trouble',
    pattern: /nonce/i,
    proof: 'in_doubt',
    trouble: 'clock_off',
    because: 'An unlisted text about a nonce proves nothing.',
  },
  {
    name: 'expired',
    pattern: /^(action )?(already )?expired|^action (already )?expired/i,
    proof: 'refused',
    trouble: 'expired',
    because: 'The fence held: past its expiry the venue never takes it. Costs five times its rate.',
  },
  {
    name: 'key refused',
    pattern:
      /user or api wallet .*does not exist|must deposit before performing actions|vault not registered|require different signature|invalid signature|not authorized/i,
    proof: 'refused',
    trouble: 'key_refused',
    because: 'Nobody with this key may act: revoked, expired, never approved, or the wrong network.',
  },
  {
    name: 'request not understood',
    pattern:
      /^4\d\d\b|failed to (parse|deserialize)|invalid (post )?request|unknown action|not supported|has not been approved/i,
    proof: 'refused',
    because: 'Refused before it became an action.',
  },
  {
    name: 'nothing to cancel',
    pattern: /^order was never placed, already canceled, or filled|^cannot modify canceled or filled order/i,
    proof: 'gone_or_filled',
    because: 'It may have filled: the status and the fills say which.',
  },
  {
    name: 'order rules',
    pattern:
      /^price must be divisible|^order (has|must have|price|could not|would)\b|^client order id|^unknown asset|^trading is halted|^asset .* has no|^invalid tp\/sl price|^no liquidity available/i,
    proof: 'refused',
    because: 'The order was looked at and breaks a rule.',
  },
  {
    name: 'order cannot be carried',
    pattern:
      /^insufficient (margin|spot balance)|^reduce only order|^post only order|^order (rejected|would cause)|^too many open orders|^order has insufficient/i,
    proof: 'refused',
    because: 'The order was looked at and the account or the book cannot take it.',
  },
  {
    name: 'batch refused',
    pattern: /^batch (is empty|has more)/i,
    proof: 'refused',
    because: 'What fails before any order is looked at is answered once for all of them.',
  },
  {
    name: 'account command refused',
    pattern:
      /^(cannot set )?scheduled cancel|^invalid leverage|^isolated margin|leverage\b|^invalid (address|amount)|^agent|^too many (agents|accounts)/i,
    proof: 'refused',
    because: 'Commands beside orders have no outcome that could be missed.',
  },
];

export interface Proven {
  readonly proof: AnswerProof;
  readonly trouble?: AnswerTrouble;
}

/**
 * What a text proves. Of a whole request an unlisted one proves nothing; of one order in a batch it is still a refusal, since
 * the venue gave that order an outcome of its own, but somebody must add it to the table.
 */
export function proofOf(text: string, of: 'request' | 'leg'): Proven {
  const rule = HYPERLIQUID_ANSWERS.find(({ pattern }) => pattern.test(text));
  if (rule === undefined) return { proof: of === 'leg' ? 'refused' : 'in_doubt', trouble: 'unlisted' };
  return rule.trouble === undefined ? { proof: rule.proof } : { proof: rule.proof, trouble: rule.trouble };
}
