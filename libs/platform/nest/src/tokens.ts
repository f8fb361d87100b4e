import type { FactoryProvider, InjectionToken } from '@nestjs/common';
import type { Route } from '@argosy/platform-port';
import type { Tokens } from './wire.js';

/** The service's route table; absent for a service that answers nothing. */
export const ROUTES: unique symbol = Symbol('routes');

/** Declares the service's one route table, made of the parts that answer. */
export function provideRoutes<Parts extends readonly unknown[]>(
  table: (...parts: Parts) => readonly Route[],
  ...tokens: Tokens<Parts>
): FactoryProvider<readonly Route[]> {
  return {
    provide: ROUTES,
    inject: [...tokens] as InjectionToken[],
    useFactory: (...parts: unknown[]) => table(...(parts as unknown as Parts)),
  };
}
