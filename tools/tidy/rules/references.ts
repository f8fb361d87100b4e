import { posix } from 'node:path';
import { type Finding, isSpec, type Repository, type RepositoryFile } from '../repository.js';

/** What a test needs and no program: reached from specs only, and rightly so. */
const FOR_SPECS = /^apps\/fleet-e2e\/|(^|\/)(fixtures|testing|fakes)\/|\.(fixture|fake|contract)\.ts$/;
const RELATIVE = /['"`](\.{1,2}\/[^'"`\s]+)['"`]/g;

/**
 * Every source is reached from where a program or a lib begins. A file that only its own spec knows is dead, however
 * well it is tested.
 */
export function unreferencedSources(repository: Repository): Finding[] {
  const sources = new Map(repository.filter(isSource).map((file) => [file.path, file]));
  const fromPrograms = reach(
    sources,
    [...sources.values()].filter((file) => isEntry(file, repository)),
  );
  const fromSpecs = reach(sources, [...sources.values()].filter(isSpec));
  return [...sources.values()]
    .filter((file) => !isSpec(file) && !fromPrograms.has(file.path))
    .filter((file) => !(FOR_SPECS.test(file.path) && fromSpecs.has(file.path)))
    .map(({ path }) => ({ file: path, problem: 'is referred to by nothing that runs; remove it or use it' }));
}

/** A page that nothing points to is a page that nobody finds. */
export function unreferencedPages(repository: Repository): Finding[] {
  return repository
    .filter(({ path }) => /^docs\/.+\.md$/.test(path))
    .filter(({ path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return !repository.some((other) => other.path !== path && other.text.includes(name));
    })
    .map(({ path }) => ({ file: path, problem: 'is linked from nowhere' }));
}

function isSource({ path }: RepositoryFile): boolean {
  return (
    /^(apps|libs|bench)\/.+\.(ts|mjs)$/.test(path) &&
    !path.startsWith('libs/contracts/src/gen/') &&
    !path.includes('/dist/')
  );
}

/** Where running begins: a lib's index, a program's main, or what a manifest names. */
function isEntry({ path }: RepositoryFile, repository: Repository): boolean {
  if (/\/src\/(index|main)\.ts$|\/bin\/[^/]+\.mjs$/.test(path)) return true;
  const inDist = path.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
  return repository.some(
    (file) =>
      (file.path.endsWith('package.json') || /^(docker|tools)\//.test(file.path)) &&
      (file.text.includes(path) || file.text.includes(inDist) || namesOwn(file, path)),
  );
}

/** A manifest of a lib names its files by paths of its own, `./src/second-door.ts`. */
function namesOwn(manifest: RepositoryFile, path: string): boolean {
  const folder = posix.dirname(manifest.path);
  return manifest.path.endsWith('package.json') && manifest.text.includes(`"./${posix.relative(folder, path)}"`);
}

function reach(sources: ReadonlyMap<string, RepositoryFile>, from: readonly RepositoryFile[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file.path)) continue;
    seen.add(file.path);
    open.push(...neighbours(sources, file));
  }
  return seen;
}

function neighbours(sources: ReadonlyMap<string, RepositoryFile>, { path, text }: RepositoryFile): RepositoryFile[] {
  return [...text.matchAll(RELATIVE)].flatMap((hit) => {
    const target = posix.join(posix.dirname(path), hit[1] ?? '').replace(/\.js$/, '.ts');
    const file = sources.get(target);
    return file === undefined ? [] : [file];
  });
}
