import { insertBefore, refuseToOverwrite, write } from './files.mjs';

const CORE = 'libs/risk/core/src';
const REFUSALS = 'libs/domain/src/refusal.ts';

/**
 * A new risk check: its file, its spec, its refusal code and its place at the end of the review. Until its rule is
 * written it refuses every order, so that a check that was forgotten lets nothing through.
 * @param {string} root
 * @param {import('./names.mjs').Names} name
 * @returns {{ files: string[], next: string[] }}
 */
export function generateCheck(root, name) {
  const check = `${CORE}/checks/${name.kebab}.check.ts`;
  const spec = `${CORE}/checks/${name.kebab}.check.spec.ts`;
  const change = new Map([
    [check, checkText(name)],
    [spec, specText(name)],
  ]);
  refuseToOverwrite(root, change);
  const review = `${CORE}/review.ts`;
  const importLine = `import { ${name.camel} } from './checks/${name.kebab}.check.js';\n`;
  insertBefore(root, change, review, /import type \{ RiskCheck/, importLine);
  insertBefore(root, change, review, /  \}\),\n\);/, `    ${name.camel},\n`);
  insertBefore(root, change, REFUSALS, /\} as const/, refusalText(name));
  write(root, change);
  return {
    files: [...change.keys()],
    next: [
      `write the rule in ${check}, and the cases at and one unit beyond its limit in the spec`,
      `name its limit in ${CORE}/limits.ts and give it a value in config/local/limits.yaml`,
      `say in ${REFUSALS} what '${name.snake}' means and how to mend it`,
      `move it to its place in RISK_CHECKS: the cheapest and most final come first`,
    ],
  };
}

/** @param {import('./names.mjs').Names} name */
const checkText = (name) => `import { format, refusal } from '@argosy/domain';
import type { RiskCheck } from '../risk-view.js';

/** Refuses everything until its rule is written: a check without a rule must let nothing through. */
export const ${name.camel}: RiskCheck = (request) =>
  refusal('${name.snake}', { price: format(request.limitPrice), quantity: format(request.quantity) });
`;

/** @param {import('./names.mjs').Names} name */
const specText = (name) => `import { parsePrice, parseQuantity } from '@argosy/domain';
import { ${name.camel} } from './${name.kebab}.check.js';

type Arguments = Parameters<typeof ${name.camel}>;

const judge = (price: string, quantity: string) => {
  const request = { limitPrice: parsePrice(price), quantity: parseQuantity(quantity) } as Arguments[0];
  return ${name.camel}(request, {} as Arguments[1]);
};

describe('${name.words}', () => {
  it.each([['any order while no rule is written', '100', '1', '${name.snake}']])('%s', (_story, price, quantity, code) => {
    expect(judge(price, quantity)?.code).toBe(code);
  });
});
`;

/** @param {import('./names.mjs').Names} name */
const refusalText = (name) => `  ${name.snake}: [
    'Order rejected: ${name.sentence}',
    'The order breaks the rule of ${name.words}',
    'Change the order until the rule holds',
  ],
`;
