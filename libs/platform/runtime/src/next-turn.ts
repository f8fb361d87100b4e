/** Runs after the input that is already waiting has been read, before any timer: where conflation gets its chance. */
export const nextTurn = (run: () => void): void => {
  setImmediate(run);
};
