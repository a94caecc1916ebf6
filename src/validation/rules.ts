/** Every rule of this room, in the order of their codes. */
import type { RuleMeta } from '../diagnostic/index.ts';
import { decodingRules } from './rules/decoding.ts';
import { destinationRuleRules } from './rules/destination-rule.ts';
import { documentRules } from './rules/document.ts';
import { gatewayRules } from './rules/gateway.ts';
import { httpRouteRules } from './rules/http-route.ts';
import { serviceEntryRules } from './rules/service-entry.ts';
import { sidecarRules } from './rules/sidecar.ts';
import { virtualServiceRules } from './rules/virtual-service.ts';

export const validationRules: readonly RuleMeta[] = [
  documentRules,
  decodingRules,
  virtualServiceRules,
  httpRouteRules,
  destinationRuleRules,
  gatewayRules,
  serviceEntryRules,
  sidecarRules,
].flatMap((rules): readonly RuleMeta[] => Object.values(rules));
