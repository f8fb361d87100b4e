/**
 * Says on standard error what is being done and for how long; standard output belongs to the program that follows.
 * @typedef {(line: string) => void} Say
 */

const STILL_WORKING_MS = 5_000;

/** @type {Say} */
export const sayOnStderr = (line) => {
  process.stderr.write(`argosy: ${line}\n`);
};

/**
 * Runs one slow step under its name, with a sign of life every five seconds.
 * @template T
 * @param {Say} say
 * @param {string} name what is done, as a phrase: `installing dependencies (npm ci)`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(say, name, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  say(`${name} ...`);
  const life = setInterval(() => {
    say(`${name} ... ${seconds()} s`);
  }, STILL_WORKING_MS);
  try {
    const result = await work();
    say(`${name}: done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(life);
  }
}
