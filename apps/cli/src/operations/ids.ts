import { CommandError, EXIT } from '../exit-codes.js';

/** An id as it may stand in a path. @throws CommandError */
export const id = (text: string): string => {
  if (/^[A-Za-z0-9_.-]{1,128}$/.test(text)) return text;
  throw new CommandError(EXIT.usage, `'${text}' is no id`, 'Use the id as the list shows it.');
};
