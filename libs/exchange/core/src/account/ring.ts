/** A list that forgets its oldest entries beyond a limit, in amortised constant time. */
export class Ring<T> {
  private items: T[] = [];
  private start = 0;

  constructor(readonly limit: number) {}

  get length(): number {
    return this.items.length - this.start;
  }
  /** Returns what had to be forgotten. */
  push(item: T): T | undefined {
    this.items.push(item);
    if (this.length <= this.limit) return undefined;
    const oldest = this.items[this.start++];
    if (this.start > this.limit) {
      this.items = this.items.slice(this.start);
      this.start = 0;
    }
    return oldest;
  }
  last(): T | undefined {
    return this.length === 0 ? undefined : this.items[this.items.length - 1];
  }
  /** Oldest first. */
  toArray(): T[] {
    return this.items.slice(this.start);
  }
  /** Newest first, at most `count`. */
  newest(count: number): T[] {
    return this.items.slice(Math.max(this.start, this.items.length - count)).reverse();
  }
}
