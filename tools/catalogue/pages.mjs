import { exitCodesPage, faultsPage, refusalsPage } from './answers-pages.mjs';
import { exchangeFaultsPage } from './exchange-faults-page.mjs';
import { configurationFilesPage, configurationPage } from './configuration-pages.mjs';
import { knownFailuresPage } from './known-failures-page.mjs';
import { page } from './markdown.mjs';
import { metricsPage } from './metrics-page.mjs';
import { orderStatesPage } from './order-states-page.mjs';
import { subjectsPage } from './subjects-page.mjs';
import { venueFencesPage } from './venue-fences-page.mjs';

/** @type {readonly { file: string, what: string, write: () => Promise<string> }[]} */
const PAGES = [
  { file: 'subjects.md', what: 'what is said over NATS, and who may say it', write: subjectsPage },
  { file: 'order-states.md', what: 'how an order may move', write: orderStatesPage },
  { file: 'refusals.md', what: 'every way the fleet says no, with cause and cure', write: refusalsPage },
  { file: 'fault-codes.md', what: 'failures that cross between services', write: faultsPage },
  { file: 'venue-fences.md', what: 'what venues offer, limit, and prove with their answers', write: venueFencesPage },
  {
    file: 'exchange-faults.md',
    what: 'what the simulated exchange can be told to do wrong, and its control port',
    write: exchangeFaultsPage,
  },
  {
    file: 'known-failures.md',
    what: 'what went wrong in other systems, what happens here, and the tests that hold it',
    write: knownFailuresPage,
  },
  { file: 'metrics.md', what: 'what every service measures', write: metricsPage },
  { file: 'configuration.md', what: 'variables of every service', write: configurationPage },
  { file: 'configuration-files.md', what: 'accounts and limits', write: configurationFilesPage },
  { file: 'exit-codes.md', what: 'what `argosy` tells the shell', write: exitCodesPage },
];

/**
 * Every page of docs/reference with its text, the opening one last.
 * @returns {Promise<{ file: string, text: string }[]>}
 */
export async function referencePages() {
  const pages = [];
  for (const { file, write } of PAGES) pages.push({ file, text: await write() });
  const links = PAGES.map(({ file, what }) => `- [${file}](${file}): ${what}`).join('\n');
  const opening =
    'Written by `npm run catalogue` from the code itself; `npm run check` fails when a page is not fresh.';
  return [...pages, { file: 'README.md', text: await page('Reference', [opening, links]) }];
}
