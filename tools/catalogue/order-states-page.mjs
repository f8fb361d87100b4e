import { countsInExposure, isFinal, isLate, nextState, ORDER_EVENTS, ORDER_STATES } from '@argosy/domain';
import { code, page, table } from './markdown.mjs';

export async function orderStatesPage() {
  const moving = ORDER_STATES.filter((state) => ORDER_EVENTS.some((event) => nextState(state, event) !== undefined));
  const still = ORDER_STATES.filter((state) => !moving.includes(state));
  return page('Order states', [
    'The one table that says how an order may move ([order-state.ts](../../libs/domain/src/order/order-state.ts)). ' +
      'Down: what is reported; across: the state it finds. An empty cell is illegal and stops nothing: it is logged as ' +
      '`illegal_transition`, counted, and changes no order. *late* means that the report only repeats or trails what is ' +
      'known and is absorbed.',
    table(
      ['', ...moving.map(code)],
      ORDER_EVENTS.map((event) => [code(event), ...moving.map((state) => move(state, event))]),
    ),
    `${still.map(code).join(' and ')} never move again.`,
    '## States',
    table(
      ['state', 'counts in exposure', 'finished'],
      ORDER_STATES.map((state) => [
        code(state),
        countsInExposure(state) ? 'yes: the venue may hold it, or come to' : 'no',
        isFinal(state) ? 'yes' : 'no',
      ]),
    ),
  ]);
}

/**
 * @param {import('@argosy/domain').OrderState} state
 * @param {import('@argosy/domain').OrderEventType} event
 */
function move(state, event) {
  const to = nextState(state, event);
  if (to !== undefined) return to;
  return isLate(state, event) ? '*late*' : '';
}
