/** Thrown for what a person can mend: a bad name, a thing that is there already, a file that lost its anchor. */
export class GeneratorError extends Error {}

/**
 * One name in every spelling that our files use.
 * @param {string} kebab such as `mean-reversion`
 * @throws {GeneratorError} when it is not lower-case words joined by hyphens
 */
export function namesOf(kebab) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(kebab)) {
    throw new GeneratorError(`'${kebab}' is no name: lower-case words joined by hyphens, such as mean-reversion`);
  }
  const words = kebab.split('-');
  const pascal = words.map(capital).join('');
  return {
    kebab,
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    snake: words.join('_'),
    upper: words.join('_').toUpperCase(),
    words: words.join(' '),
    sentence: capital(words.join(' ')),
  };
}

/** @typedef {ReturnType<typeof namesOf>} Names */

/**
 * Writes one name in place of another, in the spelling that stands there: identifiers, constants, paths and text.
 * @param {string} text
 * @param {Names} from a name of one word, so that its spellings cannot be told apart wrongly
 * @param {Names} to
 */
export function rename(text, from, to) {
  return text
    .split('\n')
    .map((line) => renameLine(line, from, to))
    .join('\n');
}

/**
 * @param {string} line
 * @param {Names} from
 * @param {Names} to
 */
function renameLine(line, from, to) {
  const prose = /^\s*(\*|\/\/|\/\*|#)/.test(line);
  return line
    .replaceAll(from.upper, to.upper)
    .replaceAll(from.pascal, prose ? to.sentence : to.pascal)
    .replaceAll(new RegExp(`(?<=['"\`/@.-])${from.kebab}(?![A-Za-z0-9_(])`, 'g'), to.kebab)
    .replaceAll(new RegExp(`${from.kebab}(?=[-/])`, 'g'), to.kebab)
    .replaceAll(from.camel, prose ? to.words : to.camel);
}

/** @param {string} word */
function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
