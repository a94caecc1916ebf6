/** A rule by name. Most are only compared: where one stands is looked up when it is shown. */
import { type Placed, pathAt, spanAt } from '../resource/index.ts';
import type { Span } from '../text/index.ts';
import type { RuleRef } from './verdict.ts';

export class PlacedRule implements RuleRef {
  readonly kind = 'VirtualService';
  readonly namespace: string;
  readonly name: string;
  readonly #rule: Placed;
  #path: string | null = null;

  constructor(virtualService: Pick<RuleRef, 'namespace' | 'name'>, rule: Placed) {
    this.namespace = virtualService.namespace;
    this.name = virtualService.name;
    this.#rule = rule;
  }

  get path(): string {
    this.#path ??= pathAt(this.#rule);
    return this.#path;
  }

  get span(): Span {
    return spanAt(this.#rule);
  }
}
