/** Fixes that rules offer: edits of the very text that a finding is about. */
import type { Fix } from '../diagnostic/index.ts';
import { at, type Placed } from '../resource/index.ts';
import { addItem, below, moveItem, replaceScalar, type YamlNode } from '../yaml/index.ts';

/** Another text as an element of a list. */
export function writeItem(list: Placed, index: number, value: string): Fix | undefined {
  const item = itemsOf(list[at].node)[index];
  const edit = item?.kind === 'scalar' ? replaceScalar(item, value) : null;
  return edit === null ? undefined : { title: `Write ${value}`, edits: [edit] };
}

/** Another text in a field. */
export function writeField(map: Placed, field: string, value: string): Fix | undefined {
  const { node } = map[at];
  const written = below(node, field);
  const edit = written?.kind === 'scalar' ? replaceScalar(written, value) : null;
  return edit === null ? undefined : { title: `Write ${value}`, edits: [edit] };
}

/** One element more at the end of a list. */
export function appendItem(list: Placed, value: string): Fix | undefined {
  const { node } = list[at];
  const edit = node.kind === 'list' ? addItem(node, value) : null;
  return edit === null ? undefined : { title: `Add ${value}`, edits: [edit] };
}

/** An element to another place of its list. */
export function moveTo(list: Placed, from: number, to: number, title: string): Fix | undefined {
  const { node } = list[at];
  const edits = node.kind === 'list' ? moveItem(node, from, to) : null;
  return edits === null ? undefined : { title, edits };
}

/** Of a fix that makes rules count which did not. */
export const waking = (fix: Fix | undefined): Fix | undefined =>
  fix === undefined ? undefined : { ...fix, wakes: true };

function itemsOf(node: YamlNode): readonly YamlNode[] {
  return node.kind === 'list' ? node.items : [];
}
