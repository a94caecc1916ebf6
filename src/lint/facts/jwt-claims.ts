/** Http matches on claims of a token: they need somebody who checks the token before routes are chosen. */
import type { Placed, Resource } from '../../resource/index.ts';
import { isJwtClaim } from '../../validation/index.ts';

/** headers: the map that holds the claim as a key. */
export type ClaimMatch = { readonly claim: string; readonly headers: Placed };

/** The first claim that a VirtualService routes by, in the order that Istio looks for one (jwtclaimroute.go:routeBasedOnJWTClaimKey). */
export function firstClaim({ spec }: Resource<'VirtualService'>): ClaimMatch | null {
  for (const { match } of spec.http ?? [])
    for (const { headers, withoutHeaders } of match ?? [])
      for (const matchers of [headers, withoutHeaders]) {
        const claim = Object.keys(matchers ?? {}).find(isJwtClaim);
        if (matchers !== undefined && claim !== undefined) return { claim, headers: matchers };
      }
  return null;
}
