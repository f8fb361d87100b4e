/** What our streams ask of the server: `filter_subjects` and `sync_interval` came before it, per-message limits with it. */
export const NATS_FLOOR = { major: 2, minor: 11 };

/**
 * The ways to a NATS server, best first.
 * @typedef {'configured' | 'path' | 'built' | 'go' | 'download'} NatsWay
 *
 * What is known before anything is tried; versions are what the binary itself says, undefined when it is not there.
 * @typedef {object} NatsFacts
 * @property {string | undefined} configured path from NATS_SERVER_BIN
 * @property {string | undefined} onPathVersion
 * @property {string | undefined} builtVersion
 * @property {boolean} hasGo
 * @property {boolean} hasRelease whether a release with a known checksum exists for this platform
 */

/**
 * Decides what to try, in order. A configured path is the only thing tried: somebody who names a server wants that one.
 * @param {NatsFacts} facts
 * @returns {NatsWay[]}
 */
export function natsWays(facts) {
  if (facts.configured !== undefined) return ['configured'];
  if (isNewEnough(facts.onPathVersion)) return ['path'];
  if (isNewEnough(facts.builtVersion)) return ['built'];
  /** @type {NatsWay[]} */
  const ways = [];
  if (facts.hasGo) ways.push('go');
  if (facts.hasRelease) ways.push('download');
  return ways;
}

/**
 * The version in what `nats-server --version` prints.
 * @param {string} output such as `nats-server: v2.15.2`
 * @returns {string | undefined} such as `2.15.2`
 */
export function parseNatsVersion(output) {
  return /\bv?(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

/**
 * @param {string | undefined} version
 * @returns {boolean}
 */
export function isNewEnough(version) {
  if (version === undefined) return false;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NATS_FLOOR.major || (major === NATS_FLOOR.major && minor >= NATS_FLOOR.minor);
}
