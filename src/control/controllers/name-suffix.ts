/** The made-up parts of names, in Kubernetes' alphabet without vowels, so that no words come out. */

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters, as at the end of a Pod's name. */
export function nameSuffix(random: () => number): string {
  return Array.from({ length: 5 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
}

/** For a text the same up to ten characters, as in the middle of a Pod's name (FNV-1a over UTF-16 units). */
export function hashName(text: string): string {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1)
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return [...String(value >>> 0)]
    .map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length])
    .join('');
}
