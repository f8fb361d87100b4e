import { type Finding, isSpec, type Repository, type RepositoryFile } from '../repository.js';

const BYTES_MAX = 200_000;

/** Keys that others have published for tests; whoever finds them here learns nothing. */
const PUBLISHED_TEST_KEYS = [
  // The test suite of the official Hyperliquid Python SDK.
  '0123456789012345678901234567890123456789012345678901234567890123',
  // The first account of Hardhat and Anvil.
  'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
];

/** A repository is for what people read; data live outside it. */
export function fileSizes(repository: Repository): Finding[] {
  return repository
    .filter(({ path, bytes }) => path !== 'package-lock.json' && bytes > BYTES_MAX)
    .map(({ path, bytes }) => ({ file: path, problem: `has ${String(bytes)} bytes, at most ${String(BYTES_MAX)}` }));
}

/** No key of any kind, the published test keys in specs and test helpers excepted. */
export function privateKeys(repository: Repository): Finding[] {
  return repository.filter(isNotOurExample).flatMap((file) => {
    const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(file.text);
    const bare = [...file.text.matchAll(/(?:private|secret)_?-?key['"]?\W{1,12}(?:0x)?([0-9a-f]{64})\b/gi)].map(
      (hit) => hit[1],
    );
    const mayBePublished = isSpec(file) || file.path.startsWith('libs/testing/');
    const secret = bare.filter((key) => !mayBePublished || !PUBLISHED_TEST_KEYS.includes(key?.toLowerCase() ?? ''));
    return pem || secret.length > 0
      ? [{ file: file.path, problem: 'holds a private key; keys come from outside' }]
      : [];
  });
}

/** The project stands alone: nothing committed knows what lies beside the checkout. */
export function outsidePaths(repository: Repository): Finding[] {
  // Only the CI command knows where recordings may stand.
  return repository
    .filter((file) => isNotOurExample(file) && file.path !== '.ci/run' && file.path !== 'package-lock.json')
    .filter(({ text }) => /(\.\.\/)+shared\/|(^|[\s'"`(=])\/(work|home|root)\//m.test(text))
    .map(({ path }) => ({ file: path, problem: 'names a path outside the project' }));
}

/** The rules and their spec show what they look for. */
function isNotOurExample({ path }: RepositoryFile): boolean {
  return !path.startsWith('tools/tidy/');
}
