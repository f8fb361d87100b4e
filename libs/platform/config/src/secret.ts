const MASK = '[secret]';

/**
 * A value that must never be printed: it hides from text, JSON, logs and the debugger's inspector. Only `reveal()`
 * gives it, so a search for that word lists every place where a secret is used.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
