/** Certificates are read as DER: whole ones with their time of validity, broken ones without harm. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validitiesOf } from '../../src/lint/facts/certificate.ts';

/** For a.example.com, from 2020 to 2120. */
const certificate = Buffer.from(
  [
    'MIIBTDCB86ADAgECAgEBMAoGCCqGSM49BAMCMBgxFjAUBgNVBAMMDWEuZXhhbXBs',
    'ZS5jb20wIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBgxFjAUBgNV',
    'BAMMDWEuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARyp/A9',
    'WO4/8hBcVUTmjFaYwUwzMHw9bFq+4lv0YTDpYiOqRekINsAAGggUJvpoDSS2vetv',
    'o5gyrpIw4zasHkx8oywwKjAJBgNVHRMEAjAAMB0GA1UdDgQWBBQGfR/N/m9zKymP',
    'EKK9ltE1lT/NZzAKBggqhkjOPQQDAgNIADBFAiA+7ix5ZesFQ4LzHjWjJcMv7ebO',
    'DutAlPDYOFq20pF3TwIhAKKHogmkAkn/mc4a/R1YEA5ALkGRX+PaWD1F/8OnjG+I',
  ].join(''),
  'base64',
);
const century = { from: Date.UTC(2020, 0, 1), to: Date.UTC(2120, 0, 1) };

describe('validitiesOf', () => {
  it('tells from when to when a certificate is valid, in both forms of a time', () => {
    expect(validitiesOf(certificate)).toEqual([century]);
    expect(validitiesOf(Buffer.concat([certificate, certificate]))).toEqual([century, century]);
  });

  it('takes nothing that is cut off or followed by something else', () => {
    for (let length = 0; length < certificate.length; length++)
      expect(validitiesOf(certificate.subarray(0, length)), String(length)).toBeNull();
    expect(validitiesOf(Buffer.concat([certificate, Buffer.from([0x30])]))).toBeNull();
  });

  it('does not fail on any bytes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(certificate.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        (changes, noise) => {
          const changed = Buffer.from(certificate);
          for (const [at, byte] of changes) changed[at] = byte;
          for (const bytes of [changed, noise])
            for (const { from, to } of validitiesOf(bytes) ?? []) {
              expect(Number.isFinite(from)).toBe(true);
              expect(Number.isFinite(to)).toBe(true);
            }
        },
      ),
    );
  });
});
