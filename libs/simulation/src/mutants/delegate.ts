/** `real` with some methods replaced; the others stay its own. */
export const withChanges = <T extends object>(real: T, changes: Partial<T>): T =>
  new Proxy(real, {
    get: (target, property) => {
      if (property in changes) return Reflect.get(changes, property) as unknown;
      const own: unknown = Reflect.get(target, property, target);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
