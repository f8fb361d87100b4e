/** What has to be taken away again, whatever happens: newest first. */
export class Undo {
  readonly #left = new Map<string, () => Promise<void>>();

  /** @returns what takes this one away, once */
  add(name: string, take: () => Promise<void>): () => Promise<void> {
    this.#left.set(name, take);
    return async () => {
      const isLeft = this.#left.delete(name);
      if (isLeft) await take();
    };
  }

  get names(): readonly string[] {
    return [...this.#left.keys()];
  }

  /** Takes everything away; what cannot be taken away is told and holds up nothing. */
  async all(tell: (name: string, error: unknown) => void): Promise<void> {
    for (const [name, take] of [...this.#left].reverse()) {
      this.#left.delete(name);
      await take().catch((error: unknown) => tell(name, error));
    }
  }
}
