import { SERVICES } from '@argosy/contracts';
import { permissionsOf, STREAMS } from '@argosy/platform-messaging';
import { filesUnder } from '../build/sources.mjs';
import { ROOT } from '../bootstrap/bootstrap.mjs';
import { code, page, table } from './markdown.mjs';
import { textOf } from './sources.mjs';

/** @typedef {{ subject: string, message: string, file: string, meaning: string }} Documented */

/** A message with the comment above it, the subject named on a line of that comment. */
const MESSAGE = /((?:^\/\/[^\n]*\n)+)^message (\w+)/gm;

const KINDS = new Map([
  ['cmd', 'Commands: one owner, who may refuse'],
  ['evt', 'Events: facts, in a stream, seen by everybody who must see them'],
  ['md', 'Market data: the newest counts, what is older may be dropped'],
  ['qry', 'Queries: request and reply'],
  ['ctl', 'Control: said again and again, so that silence means something'],
]);

export async function subjectsPage() {
  const all = documentedSubjects();
  const sections = [...KINDS].flatMap(([kind, meaning]) => {
    const rows = all.filter(({ subject }) => subject.startsWith(`argosy.${kind}.`));
    return rows.length === 0 ? [] : [`## ${meaning}`, tableOf(rows)];
  });
  const streams = STREAMS.map(({ name, subjects, maxAgeMs, maxBytes, dedupWindowMs }) => [
    code(name),
    subjects.map(code).join(', '),
    `${String(maxAgeMs / 3_600_000)} h, ${String(maxBytes / 1_048_576)} MiB`,
    `${String(dedupWindowMs / 60_000)} min`,
  ]);
  return page('Subjects', [
    'Everything that the fleet says over NATS. The server lets nobody else publish or subscribe: the two right columns ' +
      'are its permissions. Messages are protobuf; a request is answered in the inbox that comes with it.',
    ...sections,
    '## Streams',
    'A stream is a way, never the record: what it holds can be filled again from the outbox of the service that wrote it.',
    table(['stream', 'subjects', 'kept at most', 'repeats known for'], streams),
  ]);
}

/** @param {readonly Documented[]} rows */
function tableOf(rows) {
  return table(
    ['subject', 'message', 'what it is', 'may publish', 'may subscribe'],
    rows.map(({ subject, message, file, meaning }) => [
      code(subject),
      `[${message}](../../${file})`,
      meaning,
      servicesThat('publish', subject),
      servicesThat('subscribe', subject),
    ]),
  );
}

/** @returns {Documented[]} in the order of the protos' names and, in a file, as they stand there */
function documentedSubjects() {
  return filesUnder(ROOT, 'proto')
    .filter((file) => file.endsWith('.proto'))
    .sort()
    .flatMap((file) => subjectsIn(file, textOf(file)));
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Documented[]}
 */
export function subjectsIn(file, text) {
  return [...text.matchAll(MESSAGE)].flatMap(([, comment = '', message = '']) => {
    const lines = comment
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\/\/ ?/, ''));
    const meaning = lines.slice(0, Math.max(0, lines.indexOf(''))).join(' ');
    return lines
      .flatMap((line) => /^Subject: (\S+)/.exec(line)?.[1] ?? [])
      .map((subject) => ({ subject, message, file, meaning }));
  });
}

/**
 * @param {'publish' | 'subscribe'} right
 * @param {string} subject
 */
function servicesThat(right, subject) {
  const names = SERVICES.filter((service) => permissionsOf(service)[right].some((pattern) => meets(pattern, subject)));
  return names.length === 0 ? 'nobody' : names.join(', ');
}

/**
 * Whether a permission covers some of what a documented subject stands for; `<venue>` and the like stand for any token.
 * @param {string} pattern
 * @param {string} subject
 */
export function meets(pattern, subject) {
  const [left, right] = [pattern.split('.'), subject.split('.')];
  const open = left.indexOf('>');
  if (open === -1 ? left.length !== right.length : right.length <= open) return false;
  const fixed = open === -1 ? left : left.slice(0, open);
  return fixed.every((token, i) => token === '*' || token === right[i] || right[i]?.startsWith('<') === true);
}
