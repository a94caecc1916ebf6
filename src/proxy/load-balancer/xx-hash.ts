/** XXH64 with seed, over UTF-8 text: what Envoy hashes with. 64-bit arithmetic in BigInt: it runs when a ring is built and once per connection. */

const mask = 0xffff_ffff_ffff_ffffn;
const prime1 = 0x9e37_79b1_85eb_ca87n;
const prime2 = 0xc2b2_ae3d_27d4_eb4fn;
const prime3 = 0x1656_67b1_9e37_79f9n;
const prime4 = 0x85eb_ca77_c2b2_ae63n;
const prime5 = 0x27d4_eb2f_1656_67c5n;

const rotate = (value: bigint, bits: bigint): bigint =>
  ((value << bits) | (value >> (64n - bits))) & mask;

const round = (accumulator: bigint, input: bigint): bigint =>
  (rotate((accumulator + input * prime2) & mask, 31n) * prime1) & mask;

const mergeRound = (hash: bigint, accumulator: bigint): bigint =>
  ((hash ^ round(0n, accumulator)) * prime1 + prime4) & mask;

export function xxHash64(text: string, seed = 0n): bigint {
  const bytes = Buffer.from(text, 'utf8');
  let offset = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    const lanes: [bigint, bigint, bigint, bigint] = [
      (seed + prime1 + prime2) & mask,
      (seed + prime2) & mask,
      seed & mask,
      (seed - prime1) & mask,
    ];
    for (; offset + 32 <= bytes.length; offset += 32) {
      lanes[0] = round(lanes[0], bytes.readBigUInt64LE(offset));
      lanes[1] = round(lanes[1], bytes.readBigUInt64LE(offset + 8));
      lanes[2] = round(lanes[2], bytes.readBigUInt64LE(offset + 16));
      lanes[3] = round(lanes[3], bytes.readBigUInt64LE(offset + 24));
    }
    hash =
      (rotate(lanes[0], 1n) +
        rotate(lanes[1], 7n) +
        rotate(lanes[2], 12n) +
        rotate(lanes[3], 18n)) &
      mask;
    for (const lane of lanes) hash = mergeRound(hash, lane);
  } else {
    hash = (seed + prime5) & mask;
  }
  return avalanche(tail((hash + BigInt(bytes.length)) & mask, bytes, offset));
}

/** The bytes that do not fill a block of 32. */
function tail(start: bigint, bytes: Buffer, from: number): bigint {
  let hash = start;
  let offset = from;
  for (; offset + 8 <= bytes.length; offset += 8) {
    hash ^= round(0n, bytes.readBigUInt64LE(offset));
    hash = (rotate(hash, 27n) * prime1 + prime4) & mask;
  }
  if (offset + 4 <= bytes.length) {
    hash ^= (BigInt(bytes.readUInt32LE(offset)) * prime1) & mask;
    hash = (rotate(hash, 23n) * prime2 + prime3) & mask;
    offset += 4;
  }
  for (; offset < bytes.length; offset += 1) {
    hash ^= (BigInt(bytes.readUInt8(offset)) * prime5) & mask;
    hash = (rotate(hash, 11n) * prime1) & mask;
  }
  return hash;
}

function avalanche(value: bigint): bigint {
  let hash = value;
  hash = ((hash ^ (hash >> 33n)) * prime2) & mask;
  hash = ((hash ^ (hash >> 29n)) * prime3) & mask;
  return hash ^ (hash >> 32n);
}
