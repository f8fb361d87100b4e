import { HYPERLIQUID_ANSWERS, HYPERLIQUID_FENCE } from '@argosy/venue-hyperliquid';
import { PAPER_FENCE } from '@argosy/venue-paper';
import { code, page, table } from './markdown.mjs';

/** @typedef {import('@argosy/venue-port').VenueFence} VenueFence */

const PROOFS =
  '*accepted*: it was taken. *refused*: it was not and never will be. *gone_or_filled*: there is nothing to cancel now; the ' +
  'order may have filled, so its status and fills are asked for. *limited*: refused for its rate. *in_doubt*: nothing; the ' +
  'order keeps its full exposure and is looked for, never sent again.';

/** What an answer proves where no text of the venue says it. */
const WITHOUT_TEXT = [
  ['an order id, resting or filled', 'accepted', ''],
  ['success', '', 'accepted: it is cancelled'],
  ['the socket was not open, or its buffer full', 'refused: nothing left', 'nothing left'],
  ['no answer in time, a lost connection, an answer that cannot be read', 'in_doubt', 'in_doubt'],
  ['an answer of another kind, with two outcomes at once, or with more filled than ordered', 'in_doubt', 'in_doubt'],
  ['a batch with another count of answers', 'in_doubt, but for orders that it names by our id', 'in_doubt'],
  ['"unknown order" to a question', 'nothing before expiry and visibility lag; absent when said twice after', ''],
  ['a burnt nonce', 'refused: it can never land', ''],
  ['a nonce already spent, or too old', 'its fate is decided: it is asked for', ''],
];

export async function venueFencesPage() {
  return page('Venue fences', [
    'What the venues that trade offer against orders that land too late or twice, what they limit, and what their answers ' +
      'prove. Binance is here for market data only: nothing is sent there.',
    '## What is offered',
    offered({ Hyperliquid: HYPERLIQUID_FENCE, paper: PAPER_FENCE }),
    '## Limits of Hyperliquid',
    limits(HYPERLIQUID_FENCE),
    'Costs are a base, and one unit more for every full so many orders or rows. The weight is of an IP address and of ' +
      'questions over REST: accounts and services behind one address share it. Actions leave over the websocket and count as ' +
      'messages; at most 100 of them wait for an answer, of which 20 are kept for cancels. Earned requests are 10,000 and one ' +
      'for each USDC traded; cancels may use more, and when all are spent one request is taken each ten seconds.',
    '## What an answer proves',
    PROOFS,
    table(['what came', 'of an order', 'of a cancel'], WITHOUT_TEXT),
    '## Texts of Hyperliquid',
    'Tried in this order; the first that fits decides. A text in no row refuses one order of a batch, which has an answer of ' +
      'its own, and proves nothing of a whole request; both are told as trouble `unlisted`.',
    table(
      ['text', 'proves', 'trouble', 'because'],
      HYPERLIQUID_ANSWERS.map(({ name, proof, trouble, because }) => [name, proof, trouble ?? '', because]),
    ),
  ]);
}

/** @param {Readonly<Record<string, VenueFence>>} fences */
function offered(fences) {
  /** @type {readonly [string, (fence: VenueFence) => string][]} */
  const rows = [
    ['request expiry', ({ requestExpiry }) => requestExpiry.replaceAll('_', ' ')],
    ['shortest expiry', ({ expiryMsMin }) => (expiryMsMin === 0 ? 'any' : `${String(expiryMsMin)} ms`)],
    ['a nonce can be burnt', ({ nonceBurn }) => (nonceBurn ? 'yes' : 'no')],
    ['dead-man switch', deadMan],
    ['client order id', ({ orderIdentity }) => orderIdentity.replaceAll('_', ' ')],
    ['a fill is', ({ fillIdentity }) => fillIdentity.join(', ')],
    ['visibility lag', ({ visibilityLagMs }) => `${String(visibilityLagMs)} ms`],
    ['orders or cancels in a batch', ({ rateLimits }) => String(rateLimits.batchMax)],
  ];
  return table(
    ['', ...Object.keys(fences)],
    rows.map(([what, tell]) => [what, ...Object.values(fences).map(tell)]),
  );
}

/** @param {VenueFence} fence */
function deadMan({ deadMan: rules }) {
  if (rules === undefined) return 'none';
  const { scope, aheadMsMin, firingsADayMax, volumeMin } = rules;
  const often = firingsADayMax === undefined ? 'as often as it must' : `${String(firingsADayMax)} firings a UTC day`;
  return `all orders of the ${scope}, at least ${String(aheadMsMin)} ms ahead, ${often}, after a volume of ${volumeMin}`;
}

/** @param {VenueFence} fence */
function limits({ rateLimits }) {
  return table(
    ['limit', 'units', 'in', 'costs'],
    rateLimits.windows.map(({ name, limit, windowMs, costs }) => [
      code(name),
      String(limit),
      `${String(windowMs / 1_000)} s`,
      Object.entries(costs)
        .map(
          ([kind, { base, itemsPerUnit }]) =>
            `${kind} ${String(base)}${itemsPerUnit === undefined ? '' : ` + 1 per ${String(itemsPerUnit)}`}`,
        )
        .join(', '),
    ]),
  );
}
