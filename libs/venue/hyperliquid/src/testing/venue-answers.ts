import { Fault } from '@argosy/domain';
import type { TradingWorld } from './trading-fixture.js';

/** A signed action as it left. */
export interface Post {
  readonly id: number;
  readonly request: {
    readonly payload: {
      readonly action: Record<string, unknown>;
      readonly nonce: number;
      readonly signature: unknown;
      readonly expiresAfter?: number;
    };
  };
}
export const posts = (world: TradingWorld): readonly Post[] =>
  world.socket().messages.filter(({ method }) => method === 'post') as unknown as Post[];
export const lastId = (world: TradingWorld): number => (posts(world).at(-1) as Post).id;
export const answer = (world: TradingWorld, response: unknown, id = lastId(world)): void =>
  world.socket().receive({ channel: 'post', data: { id, response } });
export const statuses = (type: 'order' | 'cancel', ...list: unknown[]) => ({
  type: 'action',
  payload: { status: 'ok', response: { type, data: { statuses: list } } },
});
/** What became of a promise, as one value. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error instanceof Fault ? error.code : error));

/** A whole request refused, as the venue words it. */
export const refusedWhole = (response: string) => ({ type: 'action', payload: { status: 'err', response } });
