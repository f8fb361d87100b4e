import { FAULT_NAMES, faultSpec, LANES } from '@argosy/exchange-core';
import { code, page, table } from './markdown.mjs';

/** @typedef {import('@argosy/exchange-core').FaultSpec} FaultSpec */

const RULE = `{
  "seed": 7,
  "rules": {
    "slow-acks": { "fault": "delay", "target": { "lane": "acknowledgement" }, "rate": 0.2, "settings": { "ms": 800 } },
    "one-lost-answer": { "fault": "accept_then_timeout", "target": { "channel": "order" }, "count": 1, "afterMs": 5000 },
    "halt-btc": { "fault": "halt", "target": { "coin": "BTC" }, "afterMs": 10000, "forMs": 3000 }
  }
}`;

const PATHS = [
  ['GET /health', 'what plays, how playback stands, and the paths'],
  ['GET /faults', '`{seed, rules}`; each rule with its state (waiting, active, spent, over) and how often it acted'],
  ['PUT /faults', 'a whole plan in place of all rules; nothing changes when one of them is wrong'],
  ['DELETE /faults', 'removes every rule, and undoes what can be undone'],
  ['GET, PUT, DELETE /faults/rules/{id}', 'one rule'],
  ['GET /faults/catalogue', 'this page as JSON'],
  ['GET /faults/log?after=SEQ&limit=N', 'what rules did: moment, rule, target; `{entries, next, forgotten}`'],
  ['GET /truth?after=SEQ&limit=N', 'what the venue accepted, refused and did, in order; the same paging'],
  [
    'POST /accounts/{address}/deposit',
    'pays in: `{"amount": "10000"}`, USDC as text; `…/withdraw` takes out what is withdrawable',
  ],
  ['GET /figures', 'counts: bans, truth entries, acts of faults'],
];

const TARGETS = [
  ['venue', '`hyperliquid` or `binance`'],
  ['lane', `${LANES.map(code).join(', ')}: a signed action, its answer, the answer to a question, frames of streams`],
  [
    'channel',
    "the stream's, the question's or the action's name: `l2Book`, `userFills`, `orderStatus`, `depth`, `cancel`",
  ],
  ['coin', "the asset's name at its venue: `BTC`, or `BTCUSDT` at the reference venue"],
  [
    'account',
    "the owner's address: of private frames and of questions about it; of requests only where the fault acts once the " +
      'signature is proven (`key_revoked`, `nonce_too_old`, `fill_…`); of what the world does',
  ],
];

export async function exchangeFaultsPage() {
  return page('Faults of the simulated exchange', [
    'What `argosy sim` can be told to do wrong, by `--faults FILE` or over the control port (`--control-port P`). Chance is ' +
      'seeded for each rule by the seed and its name, so that the same rules do the same to the same messages.',
    '## A plan',
    `\`\`\`json\n${RULE}\n\`\`\``,
    'A rule acts on a share of `rate` (1) of the messages that its `target` fits, at most `count` times, from `afterMs` (0) ' +
      'after it was put, for `forMs` (for good). `settings` not named have the value below.',
    table(
      ['target', 'fits'],
      TARGETS.map(([name = '', what = '']) => [code(name), what]),
    ),
    '## Faults',
    'Message faults are drawn for each message of their lanes. States hold while their rule is active. The world acts once ' +
      'when its rule begins.',
    table(
      ['fault', 'acts on', 'settings', 'what it does'],
      FAULT_NAMES.map((name) => [
        code(name),
        lanesOf(faultSpec(name)),
        settingsOf(faultSpec(name)),
        faultSpec(name).text,
      ]),
    ),
    '## The control port',
    table(
      ['path', 'gives'],
      PATHS.map(([path = '', what = '']) => [code(path), what]),
    ),
  ]);
}

/** @param {FaultSpec} spec */
function lanesOf({ kind, lanes }) {
  if (kind !== 'message') return kind === 'world' ? 'the world' : 'all the while';
  return lanes.length === LANES.length ? 'every lane' : lanes.join(', ');
}

/** @param {FaultSpec} spec */
function settingsOf({ settings }) {
  return Object.entries(settings)
    .map(([name, setting]) => {
      const range =
        'choices' in setting ? setting.choices.join(' ') : `${String(setting.least)} to ${String(setting.most)}`;
      return `${code(name)} ${String(setting.fallback)} (${range})`;
    })
    .join(', ');
}
