import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file as the rules see it. `text` is empty for what is too large to be prose or code. */
export interface RepositoryFile {
  readonly path: string;
  readonly bytes: number;
  readonly text: string;
}

export type Repository = readonly RepositoryFile[];

/** What a rule found, as a sentence that says what to do instead. */
export interface Finding {
  readonly file: string;
  readonly problem: string;
}

export type Rule = (repository: Repository) => Finding[];

const TEXT_BYTES_MAX = 1_000_000;

/** Everything that is committed, or would be with the next `git add`. */
export function readRepository(root: string): Repository {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root });
  return [...new Set(listed.toString().split('\0'))]
    .filter((path) => path !== '' && statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => readOne(root, path));
}

function readOne(root: string, path: string): RepositoryFile {
  const bytes = statSync(join(root, path)).size;
  const text = bytes > TEXT_BYTES_MAX ? '' : readFileSync(join(root, path), 'utf8');
  return { path, bytes, text };
}

/** Scripts of ours in either language, generated ones excepted. */
export function isScript({ path }: RepositoryFile): boolean {
  return /\.(ts|mjs|cjs)$/.test(path) && !path.startsWith('libs/contracts/src/gen/');
}

export const isSpec = ({ path }: RepositoryFile): boolean => path.endsWith('.spec.ts');

/** The folders of the workspace packages: every one has a package.json below one of the four roots. */
export function projectFolders(repository: Repository): string[] {
  return repository
    .filter(({ path }) => /^(apps|libs|bench|tools)(\/.+)?\/package\.json$/.test(path))
    .map(({ path }) => path.slice(0, -'/package.json'.length));
}
