/** A destination in words. */
import type { Destination } from '../../resource/index.ts';

/** `echo`, `echo subset v1` */
export function destinationText({ host = '', subset = '' }: Destination): string {
  return subset === '' ? host : `${host} subset ${subset}`;
}
