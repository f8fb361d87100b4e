import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isExecutable, run, which } from './command.mjs';
import { isNewEnough, NATS_FLOOR, natsWays, parseNatsVersion } from './nats-choice.mjs';
import { ARCHIVE_BYTES_MAX, NATS_MODULE, natsRelease, verifyChecksum } from './nats-release.mjs';
import { step } from './progress.mjs';
import { readStamps, writeStamps } from './stamps.mjs';

const FLOOR = `${String(NATS_FLOOR.major)}.${String(NATS_FLOOR.minor)}`;
const DOWNLOAD_TIMEOUT_MS = 180_000;

const MEND =
  `Mend it in one of three ways: set NATS_SERVER_BIN to a nats-server ${FLOOR} or newer; put one on the PATH; ` +
  'or install Go and let it reach its module proxy (GOPROXY)';

/**
 * Finds a NATS server, or makes one.
 * @param {string} root
 * @param {import('./progress.mjs').Say} say
 * @returns {Promise<string>} absolute path of the binary
 * @throws {Error} naming everything that was tried and how to mend it
 */
export async function ensureNatsServer(root, say) {
  const configured = process.env['NATS_SERVER_BIN'] || undefined;
  const known = readStamps(root).nats;
  if (known !== undefined && known.configured === (configured ?? null) && isUnchanged(known)) return known.path;
  const found = await findOrMake(root, say, configured);
  const { mtimeMs, size } = statSync(found.path);
  writeStamps(root, { nats: { ...found, mtimeMs, size, configured: configured ?? null } });
  return found.path;
}

/** @param {import('./stamps.mjs').NatsStamp} known */
function isUnchanged(known) {
  const now = statSync(known.path, { throwIfNoEntry: false });
  return now !== undefined && now.mtimeMs === known.mtimeMs && now.size === known.size;
}

/**
 * @param {string} root
 * @param {import('./progress.mjs').Say} say
 * @param {string | undefined} configured
 * @returns {Promise<{ path: string, way: string, version: string }>}
 */
async function findOrMake(root, say, configured) {
  const built = join(root, '.argosy/bin/nats-server');
  const onPath = which('nats-server', process.env['PATH']);
  const onPathVersion = await versionOf(onPath);
  const ways = natsWays({
    configured,
    onPathVersion,
    builtVersion: await versionOf(built),
    hasGo: which('go', process.env['PATH']) !== undefined,
    hasRelease: natsRelease(process.platform, process.arch) !== undefined,
  });
  if (onPath !== undefined && !isNewEnough(onPathVersion)) {
    say(
      `NATS server on the PATH (${onPath}) is ${onPathVersion ?? 'of no known version'}, older than ${FLOOR}: not used`,
    );
  }
  const tried = [];
  for (const way of ways) {
    try {
      const path = await take(way, { root, say, configured, onPath, built });
      const version = await versionOf(path);
      if (!isNewEnough(version)) throw new Error(`${path} is ${version ?? 'no NATS server'}, wanted ${FLOOR} or newer`);
      say(`NATS server ${String(version)} (${way}): ${path}`);
      return { path, way, version: String(version) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`no NATS server by way of ${way}: ${reason}`);
      tried.push(way);
    }
  }
  const what =
    tried.length === 0 ? 'there is no Go and no pinned release for this platform' : `tried ${tried.join(', ')}`;
  throw new Error(`no NATS server: ${what}. ${MEND}`);
}

/**
 * @param {import('./nats-choice.mjs').NatsWay} way
 * @param {{ root: string, say: import('./progress.mjs').Say, configured: string | undefined, onPath: string | undefined, built: string }} places
 * @returns {Promise<string>}
 */
async function take(way, { root, say, configured, onPath, built }) {
  switch (way) {
    case 'configured':
      return resolve(root, configured ?? '');
    case 'path':
      return resolve(onPath ?? '');
    case 'built':
      return built;
    case 'go':
      await step(say, `building the NATS server with Go (${NATS_MODULE}, about half a minute)`, () =>
        buildWithGo(root),
      );
      return built;
    case 'download':
      await step(say, 'downloading the NATS server (pinned release, checksum verified)', () => download(root, built));
      return built;
  }
}

/**
 * @param {string | undefined} binary
 * @returns {Promise<string | undefined>}
 */
async function versionOf(binary) {
  if (binary === undefined || !isExecutable(binary)) return undefined;
  try {
    return parseNatsVersion(await run(binary, ['--version']));
  } catch {
    return undefined;
  }
}

/** @param {string} root */
async function buildWithGo(root) {
  const env = { ...process.env, GOBIN: join(root, '.argosy/bin'), CGO_ENABLED: '0', GOFLAGS: '-trimpath' };
  mkdirSync(env.GOBIN, { recursive: true });
  await run('go', ['install', NATS_MODULE], { cwd: env.GOBIN, env });
}

/**
 * @param {string} root
 * @param {string} target
 */
async function download(root, target) {
  const release = natsRelease(process.platform, process.arch);
  if (release === undefined) throw new Error(`no release is pinned for ${process.platform}-${process.arch}`);
  const bytes = await fetchBytes(release.url);
  verifyChecksum(bytes, release.sha256);
  mkdirSync(join(root, '.argosy/bin'), { recursive: true });
  const work = mkdtempSync(join(root, '.argosy/nats-'));
  try {
    writeFileSync(join(work, 'release.tar.gz'), bytes);
    await run('tar', ['-xzf', 'release.tar.gz', release.member], { cwd: work });
    chmodSync(join(work, release.member), 0o755);
    renameSync(join(work, release.member), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} url
 * @returns {Promise<Uint8Array>}
 */
async function fetchBytes(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) }).catch(
    (/** @type {Error} */ error) => {
      throw new Error(
        `${url} cannot be reached: ${error.cause instanceof Error ? error.cause.message : error.message}`,
      );
    },
  );
  if (!response.ok || response.body === null) throw new Error(`${url} answered ${String(response.status)}`);
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > ARCHIVE_BYTES_MAX) throw new Error(`${url} is larger than ${String(ARCHIVE_BYTES_MAX)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
