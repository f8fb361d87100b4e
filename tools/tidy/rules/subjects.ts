import { type Finding, isScript, isSpec, type Repository } from '../repository.js';

const CATALOGUE = 'libs/contracts/src/subjects.ts';
const SUBJECT = /['"`](argosy\.(?:cmd|evt|md|qry|ctl)\.[^'"`]*)['"`]/g;

/** The catalogue itself, the permissions over whole areas of it, suites that any bus has to pass, and this rule's examples. */
const MAY_INVENT =
  /^libs\/contracts\/src\/subjects\.ts$|^libs\/platform\/messaging\/src\/identities\.ts$|\.contract\.ts$|^tools\/tidy\//;

/** What a subject says is written where its message is: in the comment of a proto. */
export function subjectsInProtos(repository: Repository): Finding[] {
  const documented = repository
    .filter(({ path }) => path.startsWith('proto/'))
    .flatMap(({ text }) => [...text.matchAll(/Subject: (argosy\.\S+)/g)].map((hit) => fixedPart(hit[1] ?? '')));
  return subjectsOf(repository, CATALOGUE)
    .filter((subject) => !documented.includes(fixedPart(subject)))
    .map((subject) => ({ file: CATALOGUE, problem: `'${subject}' stands in no proto comment ("Subject: ...")` }));
}

/** One catalogue: a subject written elsewhere is one that nobody renames. */
export function subjectsInCatalogue(repository: Repository): Finding[] {
  return repository
    .filter((file) => isScript(file) && !isSpec(file) && !MAY_INVENT.test(file.path))
    .flatMap(({ path }) =>
      subjectsOf(repository, path).map((subject) => ({
        file: path,
        problem: `writes the subject '${subject}' itself; take it from @argosy/contracts`,
      })),
    );
}

function subjectsOf(repository: Repository, path: string): string[] {
  const text = repository.find((file) => file.path === path)?.text ?? '';
  const code = text.replace(/^\s*(\*|\/\/|\/\*).*$/gm, '');
  return [...code.matchAll(SUBJECT)].map((hit) => hit[1] ?? '');
}

/** Up to the first token that varies: `argosy.cmd.order.place.` of all three ways to write it. */
function fixedPart(subject: string): string {
  return subject.replace(/(\$\{|<|>|\*).*$/s, '');
}
