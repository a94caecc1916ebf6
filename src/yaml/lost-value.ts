/**
 * A list that stands under an explicit key without the colon that would make it its value: `? key`, and in the next line `- item`. The
 * `yaml` package leaves it out without a word; it is no YAML, and Istio's reader says so.
 */
import type * as Yaml from 'yaml';

/** Only where there is an explicit key; `?` also stands in plain texts. */
export const mayLoseValues = (text: string): boolean => /(?:^|[\s-])\?\s/.test(text);

/** The offset of the first such list below a token of the package's parser. */
export function lostValueIn(token: Yaml.CST.Token | null | undefined): number | undefined {
  switch (token?.type) {
    case 'document':
      return lostValueIn(token.value);
    case 'block-map':
    case 'block-seq':
      for (const item of token.items) {
        const found = lostIn(item) ?? lostValueIn(item.key) ?? lostValueIn(item.value);
        if (found !== undefined) return found;
      }
      return undefined;
    default:
      return undefined;
  }
}

function lostIn({ start, sep, value }: Yaml.CST.CollectionItem): number | undefined {
  if (value?.type !== 'block-seq') return undefined;
  const isExplicit = start.some(({ type }) => type === 'explicit-key-ind');
  const hasColon = sep?.some(({ type }) => type === 'map-value-ind') === true;
  return isExplicit && !hasColon ? value.offset : undefined;
}
