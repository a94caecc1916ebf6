/** An entry of a map as the fast parser makes it. Few keys are ever asked for their place: their node is made when they are. */
import type { MapEntry, ScalarNode, YamlNode } from '../node.ts';
import { resolvePlainScalar } from '../plain-scalar.ts';
import { apostrophe, quote } from './characters.ts';

export class WrittenEntry implements MapEntry {
  readonly key: string;
  readonly value: YamlNode;
  /** Offsets of the key as written, quotes included. */
  readonly start: number;
  readonly end: number;

  constructor(key: string, value: YamlNode, start: number, end: number) {
    this.key = key;
    this.value = value;
    this.start = start;
    this.end = end;
  }

  get asWritten(): boolean {
    const { start, end, key } = this;
    const { text } = this.value.source;
    return (end - start === key.length && text.startsWith(key, start)) || isQuoted(text, start);
  }

  get merged(): boolean {
    return false;
  }

  get keyNode(): ScalarNode {
    const { start, end, key } = this;
    const { source } = this.value;
    if (isQuoted(source.text, start))
      return { source, start, end, kind: 'scalar', value: key, style: 'quoted', text: key };
    const text = source.text.slice(start, end);
    const value = resolvePlainScalar(text);
    return { source, start, end, kind: 'scalar', value, style: 'plain', text };
  }
}

function isQuoted(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  return first === quote || first === apostrophe;
}
