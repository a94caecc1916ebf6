/** A named text, and a half-open range of offsets in it. Every value that was read from a file points back with a Span. */

/** name: what a person called it, a path or `<stdin>`; text: its content, decoded, without a leading byte order mark. */
export type Source = { readonly name: string; readonly text: string };

/** start and end are offsets in UTF-16 units into source.text, 0 <= start <= end <= length. */
export type Span = { readonly source: Source; readonly start: number; readonly end: number };
