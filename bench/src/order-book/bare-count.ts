const POINT = 46;
const ZERO = 48;

/** Plain decimal text as a count of 10^-`places`: no check of anything, digits beyond are cut. */
export function bareCount(text: string, places: number): number {
  let count = 0;
  let index = 0;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === POINT) break;
    count = count * 10 + (code - ZERO);
  }
  let left = places;
  for (index += 1; index < text.length && left > 0; index += 1, left -= 1)
    count = count * 10 + (text.charCodeAt(index) - ZERO);
  for (; left > 0; left -= 1) count *= 10;
  return count;
}
