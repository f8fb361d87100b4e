import { FAULTS, REFUSALS } from '@argosy/domain';
import { code, page, table } from './markdown.mjs';
import { loadBuilt } from './sources.mjs';

const EXIT_CODES = 'apps/cli/src/exit-codes.ts';

export async function refusalsPage() {
  return page('Refusals', [
    'Every way the fleet says no: it worked, and it will not do it. The code is the contract, the text is for people; the ' +
      'numbers behind a decision travel beside it.',
    table(
      ['code', 'text', 'cause', 'what to do'],
      Object.entries(REFUSALS).map(([name, [text, cause, fix]]) => [code(name), text, cause, fix]),
    ),
  ]);
}

export async function faultsPage() {
  return page('Fault codes', [
    'Every expected failure of the world that may cross from one service to another. *Reached* is the question a trader ' +
      'asks first: may the other side have done it? *Retry* says whether asking again later is safe and useful.',
    table(
      ['code', 'reached the other side', 'retry'],
      Object.entries(FAULTS).map(([name, { reached, retry }]) => [code(name), reached, retry]),
    ),
  ]);
}

export async function exitCodesPage() {
  const { EXIT_MEANINGS } = /** @type {{ EXIT_MEANINGS: [number, string][] }} */ (await loadBuilt(EXIT_CODES));
  return page('Exit codes of argosy', [
    'What the shell is told. A number never changes its meaning.',
    table(
      ['code', 'meaning'],
      EXIT_MEANINGS.map(([number, meaning]) => [String(number), meaning]),
    ),
  ]);
}
