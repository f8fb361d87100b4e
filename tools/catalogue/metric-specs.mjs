import ts from 'typescript';
import { prescribedSpec } from '@argosy/platform-observability';

/** @typedef {{ kind: string, name: string, help: string, labels: string[], path: string }} FoundMetric */
/** @typedef {ReadonlyMap<string, unknown>} Bindings what parameters stand for */

const MAKERS = new Set(['counter', 'gauge', 'histogram']);
/** A value only known at run time; in a name it is the service's. */
const UNKNOWN = Symbol('unknown');
/** @type {Bindings} */
const NONE = new Map();

/**
 * Every metric that a source makes, read from its text: nothing runs, so nothing has to be wired to be listed. A helper
 * that takes a name and a help (`const gauge = (name, help) => metrics.gauge({ name, help, labels: [] })`) is read at each
 * of its calls.
 * @param {import('./sources.mjs').Source} source
 * @returns {FoundMetric[]}
 * @throws {Error} for one whose name, help or labels cannot be read
 */
export function metricsIn({ path, tree }) {
  return callsIn(tree, isMaker).flatMap((call) => {
    const kind = /** @type {ts.PropertyAccessExpression} */ (call.expression).name.text;
    return bindingsAround(call, tree).map((bindings) => {
      const spec = valueOf(call.arguments[0], bindings);
      if (!isSpec(spec)) throw new Error(`${path}: cannot read the metric '${call.getText().slice(0, 60)}'`);
      return { kind, path, name: spec.name, help: spec.help, labels: spec.labels };
    });
  });
}

/** @param {ts.CallExpression} call */
function isMaker({ expression, arguments: [first] }) {
  return (
    ts.isPropertyAccessExpression(expression) &&
    MAKERS.has(expression.name.text) &&
    first !== undefined &&
    (ts.isObjectLiteralExpression(first) || ts.isCallExpression(first))
  );
}

/**
 * @param {ts.Node} root
 * @param {(call: ts.CallExpression) => boolean} isWanted
 * @returns {ts.CallExpression[]}
 */
function callsIn(root, isWanted) {
  /** @type {ts.CallExpression[]} */
  const found = [];
  /** @param {ts.Node} node */
  const walk = (node) => {
    if (ts.isCallExpression(node) && isWanted(node)) found.push(node);
    ts.forEachChild(node, walk);
  };
  walk(root);
  return found;
}

/**
 * What the parameters around a call stand for, once for each way it is reached; once without any where it stands plainly.
 * @param {ts.CallExpression} call
 * @param {ts.SourceFile} tree
 * @returns {Bindings[]}
 */
function bindingsAround(call, tree) {
  const helper = ts.findAncestor(call, ts.isArrowFunction);
  const declared = helper?.parent;
  if (helper === undefined || declared === undefined || !ts.isVariableDeclaration(declared)) return [NONE];
  const name = declared.name.getText();
  const uses = callsIn(tree, ({ expression }) => ts.isIdentifier(expression) && expression.text === name);
  return uses.length === 0 ? [NONE] : uses.map((use) => bind(helper.parameters, use.arguments));
}

/**
 * @param {readonly ts.ParameterDeclaration[]} parameters
 * @param {readonly ts.Expression[]} given
 * @returns {Bindings}
 */
function bind(parameters, given) {
  const values = given.map((argument) => valueOf(argument, NONE));
  return new Map(
    parameters.map(({ name, dotDotDotToken }, i) => [
      name.getText(),
      dotDotDotToken === undefined ? values[i] : values.slice(i),
    ]),
  );
}

/**
 * The value of an expression that is written out, or UNKNOWN.
 * @param {ts.Expression | undefined} node
 * @param {Bindings} bindings
 * @returns {unknown}
 */
function valueOf(node, bindings) {
  if (node === undefined) return UNKNOWN;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isAsExpression(node)) return valueOf(node.expression, bindings);
  if (ts.isTemplateExpression(node)) return templateText(node, bindings);
  if (ts.isArrayLiteralExpression(node)) return node.elements.map((element) => valueOf(element, bindings));
  if (ts.isObjectLiteralExpression(node)) return objectOf(node, bindings);
  if (ts.isIdentifier(node)) return bindings.has(node.text) ? bindings.get(node.text) : constant(node, bindings);
  return ts.isCallExpression(node) ? prescribed(node) : UNKNOWN;
}

/**
 * @param {ts.TemplateExpression} node
 * @param {Bindings} bindings
 */
function templateText({ head, templateSpans }, bindings) {
  const parts = templateSpans.map(({ expression, literal }) => {
    const value = valueOf(expression, bindings);
    const isService = value === UNKNOWN && /\bservice\b/.test(expression.getText());
    return `${typeof value === 'string' ? value : isService ? '<service>' : '\u0000'}${literal.text}`;
  });
  const text = [head.text, ...parts].join('');
  return text.includes('\u0000') ? UNKNOWN : text;
}

/**
 * @param {ts.ObjectLiteralExpression} node
 * @param {Bindings} bindings
 */
function objectOf({ properties }, bindings) {
  const entries = properties.flatMap((property) => {
    if (ts.isSpreadAssignment(property)) {
      const value = valueOf(property.expression, bindings);
      return typeof value === 'object' && value !== null ? Object.entries(value) : [];
    }
    const name = property.name?.getText() ?? '';
    if (ts.isShorthandPropertyAssignment(property)) return [[name, valueOf(property.name, bindings)]];
    return ts.isPropertyAssignment(property) ? [[name, valueOf(property.initializer, bindings)]] : [];
  });
  return Object.fromEntries(entries);
}

/**
 * @param {ts.Identifier} node
 * @param {Bindings} bindings
 */
function constant(node, bindings) {
  /** @type {ts.Expression | undefined} */
  let found;
  /** @param {ts.Node} one */
  const look = (one) => {
    if (ts.isVariableDeclaration(one) && one.name.getText() === node.text) found ??= one.initializer;
    ts.forEachChild(one, look);
  };
  look(node.getSourceFile());
  return found === undefined || ts.isArrowFunction(found) ? UNKNOWN : valueOf(found, bindings);
}

/** @param {ts.CallExpression} node */
function prescribed({ expression, arguments: [name] }) {
  if (expression.getText() !== 'prescribedSpec' || name === undefined || !ts.isStringLiteralLike(name)) return UNKNOWN;
  return prescribedSpec(/** @type {import('@argosy/platform-observability').PrescribedMetricName} */ (name.text));
}

/**
 * @param {unknown} value
 * @returns {value is { name: string, help: string, labels: string[] }}
 */
function isSpec(value) {
  const { name, help, labels } = /** @type {Record<string, unknown>} */ (Object(value));
  const isText = typeof name === 'string' && typeof help === 'string';
  return isText && Array.isArray(labels) && labels.every((label) => typeof label === 'string');
}
