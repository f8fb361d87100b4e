import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How much of a failed program's output is repeated to the person. */
const TAIL_LINES = 20;

/**
 * Runs a program to its end and gives back what it printed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>}
 * @throws {Error} with the end of its output when it cannot be started or exits with anything but 0
 */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      reject(new Error(`${program} cannot be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${args.join(' ')} ended with ${String(code ?? signal)}:\n${tail(output)}`));
    });
  });
}

/**
 * Where a program stands on the PATH.
 * @param {string} program
 * @param {string | undefined} path the PATH to search
 * @returns {string | undefined}
 */
export function which(program, path) {
  return (path ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} text */
function tail(text) {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
