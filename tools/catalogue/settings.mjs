import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';
import ts from 'typescript';
import { commentOf } from './sources.mjs';

/** @typedef {new () => object} ConfigClass */
/** @typedef {{ name: string, expects: string, fallback: string, isSecret: boolean, meaning: string }} Setting */

/**
 * Every class in the sources by its name, for the comments that running code no longer has.
 * @param {readonly import('./sources.mjs').Source[]} sources
 * @returns {ReadonlyMap<string, ts.ClassDeclaration>}
 */
export function classesIn(sources) {
  /** @type {Map<string, ts.ClassDeclaration>} */
  const classes = new Map();
  /** @param {ts.Node} node */
  const walk = (node) => {
    if (ts.isClassDeclaration(node) && node.name !== undefined) classes.set(node.name.text, node);
    ts.forEachChild(node, walk);
  };
  for (const { tree } of sources) walk(tree);
  return classes;
}

/**
 * A class and those it extends, the most general first.
 * @param {ConfigClass} type
 * @returns {ConfigClass[]}
 */
export function lineage(type) {
  const parent = /** @type {ConfigClass | null} */ (Object.getPrototypeOf(type));
  return parent === null || parent.name === '' ? [type] : [...lineage(parent), type];
}

/**
 * The settings that a class itself declares, in the order they are written.
 * @param {ConfigClass} type
 * @param {ReadonlyMap<string, ts.ClassDeclaration>} classes
 * @returns {Setting[]}
 */
export function settingsOf(type, classes) {
  const declared = classes.get(type.name)?.members.filter(ts.isPropertyDeclaration) ?? [];
  const defaults = /** @type {Record<string, unknown>} */ (new type());
  return declared.map((member) => {
    const name = member.name.getText();
    const { expects, isOptional } = rulesOf(type, name);
    return {
      name,
      expects,
      isSecret: /^a (secret|reference such as env:)/.test(expects),
      fallback: fallbackOf(defaults[name], expects, isOptional),
      meaning: commentOf(member),
    };
  });
}

/**
 * @param {ConfigClass} type
 * @param {string} name
 */
function rulesOf(type, name) {
  const rules = getMetadataStorage()
    .getTargetValidationMetadatas(type, '', false, false)
    .filter(({ propertyName }) => propertyName === name);
  const messages = rules.flatMap(({ message }) => (typeof message === 'string' ? [message] : []));
  return {
    expects: messages.map((message) => message.replace(/^must be /, '')).join('; '),
    isOptional: rules.some(({ type: kind }) => kind === 'conditionalValidation'),
  };
}

/**
 * @param {unknown} value
 * @param {string} expects
 * @param {boolean} isOptional
 */
function fallbackOf(value, expects, isOptional) {
  if (value === undefined) return isOptional ? 'absent' : '**must be given**';
  const unit = expects.startsWith('a duration') ? 'ms' : '';
  return `\`${Array.isArray(value) ? value.join(',') : String(value)}${unit}\``;
}
