import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../build/build.mjs';
import { ensureDependencies, ensurePinnedNode } from './dependencies.mjs';
import { alone } from './lock.mjs';
import { ensureNatsServer } from './nats-server.mjs';
import { ensurePostgres } from './postgres.mjs';
import { sayOnStderr } from './progress.mjs';
import { TOOLCHAIN_FILE, writeJson } from './stamps.mjs';

/** The checkout that this file belongs to. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * What everything else runs on; written to .argosy/toolchain.json.
 * @typedef {{ node: string, natsServer: string, postgresBinDir: string, postgresDataRoot: string }} Toolchain
 */

/**
 * Brings a fresh checkout to where the fleet can start: dependencies, pinned Node, NATS server, database programs and
 * a build. What is already there is left alone, so the second time takes milliseconds and no network.
 * @param {import('./progress.mjs').Say} [say] where progress goes, standard error by default
 * @returns {Promise<Toolchain>}
 * @throws {Error} naming the step that failed and how to mend it
 */
export async function bootstrap(say = sayOnStderr) {
  return alone(ROOT, say, async () => {
    const [, natsServer] = await bothOrNeither(ensureDependencies(ROOT, say), ensureNatsServer(ROOT, say));
    const node = ensurePinnedNode(ROOT);
    const postgres = await ensurePostgres(ROOT, say);
    const { compiled, sources } = await build(ROOT);
    if (compiled > 0) say(`built ${String(compiled)} of ${String(sources)} sources`);
    const toolchain = { node, natsServer, postgresBinDir: postgres.binDir, postgresDataRoot: postgres.dataRoot };
    writeJson(join(ROOT, TOOLCHAIN_FILE), toolchain);
    return toolchain;
  });
}

/**
 * Waits for both even when one fails, so that nothing is still being installed after the failure has been told.
 * @template A, B
 * @param {Promise<A>} one
 * @param {Promise<B>} other
 * @returns {Promise<[A, B]>}
 */
async function bothOrNeither(one, other) {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}
