/** One event answered with more is a loop in the strategy. */
export const ACTIONS_PER_EVENT_MAX = 50;

/** Why an answer is not a list of actions that make sense; nothing of it is carried out. */
export class NonsenseAction extends Error {
  override readonly name = 'NonsenseAction';
}
