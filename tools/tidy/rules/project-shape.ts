import { MAY_IMPORT } from '../../lint/boundaries.mjs';
import { type Finding, projectFolders, type Repository } from '../repository.js';

const README_LINES_MAX = 60;

interface Manifest {
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: object;
  readonly devDependencies?: object;
}

/** One type and one scope a project, so that the boundary rule knows it. */
export function projectTags(repository: Repository): Finding[] {
  return projectFolders(repository).flatMap((folder) => {
    const file = `${folder}/package.json`;
    const tags = manifestOf(repository, file).nx?.tags ?? [];
    const types = tags.filter((tag) => tag.startsWith('type:')).map((tag) => tag.slice('type:'.length));
    const problems = [];
    if (types.length !== 1 || MAY_IMPORT[types[0] ?? ''] === undefined) {
      problems.push(`wants exactly one type tag out of ${Object.keys(MAY_IMPORT).join(', ')}`);
    }
    if (tags.filter((tag) => tag.startsWith('scope:')).length !== 1) problems.push('wants exactly one scope tag');
    return problems.map((problem) => ({ file, problem }));
  });
}

/** Third-party packages stand in the root's package.json only: one version each. */
export function oneManifest(repository: Repository): Finding[] {
  return projectFolders(repository)
    .map((folder) => `${folder}/package.json`)
    .filter((file) => {
      const { dependencies, devDependencies } = manifestOf(repository, file);
      return dependencies !== undefined || devDependencies !== undefined;
    })
    .map((file) => ({ file, problem: 'has dependencies of its own; they belong to the root package.json' }));
}

/** A lib tells on less than a page what it is for. */
export function libReadme(repository: Repository): Finding[] {
  return projectFolders(repository)
    .filter((folder) => folder.startsWith('libs/'))
    .flatMap((folder) => {
      const file = `${folder}/README.md`;
      const readme = repository.find(({ path }) => path === file);
      if (readme === undefined) return [{ file, problem: 'is missing; say what the lib is for' }];
      const lines = readme.text.trimEnd().split('\n').length;
      return lines < README_LINES_MAX
        ? []
        : [{ file, problem: `has ${String(lines)} lines, wanted under ${String(README_LINES_MAX)}` }];
    });
}

/** Every index.ts opens with what the lib is for and what it refuses to do. */
export function indexOpening(repository: Repository): Finding[] {
  return projectFolders(repository)
    .filter((folder) => folder.startsWith('libs/'))
    .map((folder) => `${folder}/src/index.ts`)
    .filter((file) => !/^(\/\*\*\n( \* .+\n){2,5} \*\/\n|(\/\/ .+\n){2,5}[^/])/.test(textOf(repository, file)))
    .map((file) => ({
      file,
      problem: 'opens with a comment of two to five lines: what it is for, what it refuses to do',
    }));
}

/** Files are found by their names: kebab-case, role last. */
export function fileNames(repository: Repository): Finding[] {
  return repository
    .filter(({ path }) => /^(apps|libs|bench|tools)\/.*\.(ts|mjs|cjs)$/.test(path))
    .filter(
      ({ path }) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|mjs|cjs)$/.test(path.slice(path.lastIndexOf('/') + 1)),
    )
    .map(({ path }) => ({ file: path, problem: 'is not in kebab-case' }));
}

function manifestOf(repository: Repository, file: string): Manifest {
  return JSON.parse(textOf(repository, file) || '{}') as Manifest;
}

function textOf(repository: Repository, file: string): string {
  return repository.find(({ path }) => path === file)?.text ?? '';
}
