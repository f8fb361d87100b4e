/**
 * The folder of recorded data (`ARGOSY_DATA`), or undefined where nobody has any: such specs register one passing
 * case titled "not run: no recordings (…)".
 */
export function recordings(): string | undefined {
  const folder = process.env['ARGOSY_DATA'];
  return folder === undefined || folder === '' ? undefined : folder;
}
