/** X.509 certificates, as far as it takes to say that something is none, or when it is valid (RFC 5280 §4.1; DER). */

/** In milliseconds since 1970. */
export type Validity = { readonly from: number; readonly to: number };

const sequence = 0x30;
const integer = 0x02;
const bitString = 0x03;
const utcTime = 0x17;
const generalizedTime = 0x18;
const version = 0xa0;

type Element = { readonly tag: number; readonly content: Uint8Array };

/** Of the certificates that stand one after another in `bytes`; null where they are anything else. */
export function validitiesOf(bytes: Uint8Array): readonly Validity[] | null {
  const certificates = elementsOf(bytes);
  if (certificates === null || certificates.length === 0) return null;
  const validities = certificates.map(validityOf);
  return validities.every((validity) => validity !== null) ? validities : null;
}

function validityOf(certificate: Element): Validity | null {
  const [signed, algorithm, signature, ...beyond] = partsOf(certificate);
  if (algorithm?.tag !== sequence || signature?.tag !== bitString || beyond.length > 0) return null;
  const [first, ...rest] = partsOf(signed);
  const [serial, ...others] = first?.tag === version ? rest : [first, ...rest];
  const [, , validity] = others;
  // Algorithm, issuer, validity, subject, key.
  if (serial?.tag !== integer || others.length < 5) return null;
  if (others.slice(0, 5).some((element) => element?.tag !== sequence)) return null;
  const [from, to] = partsOf(validity).map(timeOf);
  return from == null || to == null ? null : { from, to };
}

function partsOf(element: Element | undefined): readonly Element[] {
  return element?.tag === sequence ? (elementsOf(element.content) ?? []) : [];
}

/** The elements that fill `bytes`; null where something is cut off. */
function elementsOf(bytes: Uint8Array): readonly Element[] | null {
  const elements: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0x80;
    const more = first < 0x80 ? 0 : first - 0x80;
    // A length without bytes is that of BER, more than four bytes that of no certificate.
    if (first >= 0x80 && (more === 0 || more > 4)) return null;
    let length = first < 0x80 ? first : 0;
    for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
    const start = at + 2 + more;
    if (start + length > bytes.length) return null;
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** `200101000000Z` (of a year from 1950 to 2049) or `21200101000000Z`. */
function timeOf({ tag, content }: Element): number | null {
  if (tag !== utcTime && tag !== generalizedTime) return null;
  const text = String.fromCharCode(...content.subarray(0, 20));
  const digits = tag === utcTime ? `${text >= '5' ? '19' : '20'}${text}` : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
