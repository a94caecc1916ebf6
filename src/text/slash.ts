/** Names in two parts: `namespace/name`, `namespace/host`, `group/version`. */

/** What stands before the first slash, undefined without one, and what behind it. */
export function splitAtSlash(text: string): readonly [string | undefined, string] {
  const slash = text.indexOf('/');
  return [slash === -1 ? undefined : text.slice(0, slash), text.slice(slash + 1)];
}

/** The second part; the whole where there is one alone. */
export function afterSlash(text: string): string {
  return text.slice(text.indexOf('/') + 1);
}
