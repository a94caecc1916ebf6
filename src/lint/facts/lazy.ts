/** A value that is made when it is first asked for, and then kept. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The same, of each thing that it is asked for, for as long as that is there. */
export function lazyFor<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const made = new WeakMap<K, { readonly value: T }>();
  return (of) => {
    let known = made.get(of);
    if (known === undefined) {
      known = { value: make(of) };
      made.set(of, known);
    }
    return known.value;
  };
}

/** The same, of things that are one where they have the same key, for as long as the function itself is there. */
export function lazyBy<A, T>(keyOf: (of: A) => string | number, make: (of: A) => T): (of: A) => T {
  const made = new Map<string | number, { readonly value: T }>();
  return (of) => {
    const key = keyOf(of);
    let known = made.get(key);
    if (known === undefined) {
      known = { value: make(of) };
      made.set(key, known);
    }
    return known.value;
  };
}
