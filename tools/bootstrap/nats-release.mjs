import { createHash } from 'node:crypto';

/** The module version that Go builds. */
export const NATS_MODULE = 'github.com/nats-io/nats-server/v2@v2.15.2';

/**
 * The release that is downloaded where there is no Go: the newest whose checksums the NATS project has published in
 * its own container recipes (github.com/nats-io/nats-docker, 2.15.x), so that they are known apart from the download.
 */
const RELEASE = '2.15.0';

/** @type {Readonly<Record<string, { name: string, sha256: string }>>} */
const ARCHIVES = {
  'linux-x64': { name: 'linux-amd64', sha256: '5d2c51caca950333aba84911df7d377f826f3a59ec36061c6539105084f65c92' },
  'linux-arm64': { name: 'linux-arm64', sha256: 'cdc208f5a3f42963a52b6ab06ef65626bb870315dc936e26ba571780c6351112' },
  'linux-arm': { name: 'linux-arm7', sha256: 'ec5f4689d017e07cfa18442e10da051c0f3f9dd2e7f4dc7cdb55a11f1303c952' },
};

/** The largest archive accepted; the real ones are 7 MB. */
export const ARCHIVE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The release for a platform, undefined where we know no checksum.
 * @param {string} platform process.platform
 * @param {string} arch process.arch
 */
export function natsRelease(platform, arch) {
  const archive = ARCHIVES[`${platform}-${arch}`];
  if (archive === undefined) return undefined;
  const folder = `nats-server-v${RELEASE}-${archive.name}`;
  const url = `https://github.com/nats-io/nats-server/releases/download/v${RELEASE}/${folder}.tar.gz`;
  return { version: RELEASE, url, member: `${folder}/nats-server`, sha256: archive.sha256 };
}

/**
 * @param {Uint8Array} bytes what was downloaded
 * @param {string} expected SHA-256 in hex
 * @throws {Error} when it is not what was published; nothing of it may be run then
 */
export function verifyChecksum(bytes, expected) {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expected) throw new Error(`the download has SHA-256 ${actual}, the published one is ${expected}`);
}
