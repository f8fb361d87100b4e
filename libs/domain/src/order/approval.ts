declare const approved: unique symbol;

/** An order risk has reviewed. Nothing that can trade accepts any other kind. */
export type Approved<T> = T & { readonly [approved]: true };

/** Mints an approval. Lint allows two callers: risk's `review`, and the codec of a subject only risk may publish. */
export const approve = <T>(order: T): Approved<T> => order as Approved<T>;
