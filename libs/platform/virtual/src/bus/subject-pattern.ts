/** Whether `subject` falls under `pattern`: `*` is any one token, a last `>` is one or more. */
export function matchesPattern(pattern: string, subject: string): boolean {
  if (!pattern.includes('*') && !pattern.includes('>')) return pattern === subject;
  if (pattern.endsWith('.>') && !pattern.includes('*')) return isUnder(pattern.slice(0, -1), subject);
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [i, want] of wanted.entries()) {
    if (want === '>') return i === wanted.length - 1 && tokens.length > i;
    if (tokens[i] === undefined || (want !== '*' && want !== tokens[i])) return false;
  }
  return wanted.length === tokens.length;
}

/** Most patterns are a family of subjects, and need not be taken apart. */
const isUnder = (prefix: string, subject: string): boolean =>
  subject.length > prefix.length && subject.startsWith(prefix);
