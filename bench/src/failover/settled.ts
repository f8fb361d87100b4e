import { ACCOUNT } from './bench-account.js';
import { isClean, judge, type JournalOrder, type Verdict } from './judge.js';
import { pause } from './pause.js';
import type { Stage } from './stage.js';
import type { StrategyDesk } from './strategy-desk.js';

/** Longer than a doubt is looked into and orders are listed again. */
const SETTLED_WITHIN_MS = 45_000;
const LOOK_MS = 250;
const ENDED = ['filled', 'cancelled', 'expired', 'rejected'];
const SETTLED = new Set([...ENDED, 'working']);

export async function journalOrders({ admin }: Stage): Promise<readonly JournalOrder[]> {
  const { rows } = await admin.query<JournalOrder>(
    `select client_order_id as "clientOrderId", order_request_id as request, state
     from execution.orders where account_id = $1`,
    [ACCOUNT],
  );
  return rows;
}

/** Orders whose outcome the journal does not have yet. */
export const unsettled = (orders: readonly JournalOrder[]): readonly JournalOrder[] =>
  orders.filter(({ state }) => !SETTLED.has(state));

/** Resolves when nothing is in doubt or on its way. @throws Error naming what never was settled. */
export async function settle(stage: Stage): Promise<readonly JournalOrder[]> {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const orders = await journalOrders(stage);
    const left = unsettled(orders);
    if (left.length === 0) return orders;
    if (performance.now() > untilMs)
      throw new Error(
        `never settled: ${left.map(({ clientOrderId, state }) => `${clientOrderId} ${state}`).join(', ')}`,
      );
    await pause(LOOK_MS);
  }
}

/** Everything that happened on the stage so far, judged once it has come to rest. */
export async function verdict(stage: Stage, desk: StrategyDesk): Promise<Verdict> {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const [journal, truth, atVenue] = [await settle(stage), await stage.venue.truth(), await stage.venue.openOrders()];
    const found = judge({ truth, takeovers: stage.takeovers, journal, atVenue, told: desk });
    if (isClean(found) || performance.now() > untilMs) return found;
    await pause(LOOK_MS);
  }
}
