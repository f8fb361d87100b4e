import type { FactoryProvider, InjectionToken } from '@nestjs/common';

/** A class that stands for its instances: ports are abstract classes, so each is its own injection token. */
export type Token<T> = abstract new (...args: never[]) => T;
export type Tokens<Parts extends readonly unknown[]> = { readonly [Index in keyof Parts]: Token<Parts[Index]> };

/**
 * Makes a plain class injectable: one token for each constructor argument, in order. Arguments that are swapped, missing
 * or of another port do not compile, and the class itself never hears of Nest.
 */
export function wire<T, Parts extends readonly unknown[]>(
  type: new (...parts: Parts) => T,
  ...tokens: Tokens<Parts>
): FactoryProvider<T> {
  return provide(type as unknown as Token<T>, (...parts: Parts) => new type(...parts), ...tokens);
}

/** Binds a port to what a function makes of other parts, checked as `wire` checks. */
export function provide<T, Parts extends readonly unknown[]>(
  token: Token<T>,
  make: (...parts: Parts) => T | Promise<T>,
  ...tokens: Tokens<Parts>
): FactoryProvider<T> {
  return {
    provide: token,
    inject: [...tokens] as InjectionToken[],
    useFactory: (...parts: unknown[]) => make(...(parts as unknown as Parts)),
  };
}
