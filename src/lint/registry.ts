/** The rules over a mesh: one line each, by code. A new rule is its file, its fixtures in test/lint, and a line here. */
import type { LintRule } from './rule.ts';
import { ambientCondition } from './rules/ambient-condition.ts';
import { ambientDestinationRule } from './rules/ambient-destination-rule.ts';
import { ambientNamespace } from './rules/ambient-namespace.ts';
import { ambientWithoutWaypoint } from './rules/ambient-without-waypoint.ts';
import { claimsWithoutAuthentication } from './rules/claims-without-authentication.ts';
import { conditionIgnoredOnGateway } from './rules/condition-ignored-on-gateway.ts';
import { declaredPortName } from './rules/declared-port-name.ts';
import { deploymentProtocolsDiffer } from './rules/deployment-protocols-differ.ts';
import { deploymentTargetPortShared } from './rules/deployment-target-port-shared.ts';
import { deprecatedAnnotation } from './rules/deprecated-annotation.ts';
import { deprecatedField } from './rules/deprecated-field.ts';
import { destinationRuleMerged } from './rules/destination-rule-merged.ts';
import { destinationTwice } from './rules/destination-twice.ts';
import { destinationWithoutCluster } from './rules/destination-without-cluster.ts';
import { destinationWithoutEndpoints } from './rules/destination-without-endpoints.ts';
import { destinationWithoutPort } from './rules/destination-without-port.ts';
import { dottedShortName } from './rules/dotted-short-name.ts';
import { endpointsWithoutEffect } from './rules/endpoints-without-effect.ts';
import { exportedToNowhere } from './rules/exported-to-nowhere.ts';
import { externalNamePortName } from './rules/external-name-port-name.ts';
import { gatewayCertificateShared } from './rules/gateway-certificate-shared.ts';
import { gatewayConflict } from './rules/gateway-conflict.ts';
import { gatewayCredentialInvalid } from './rules/gateway-credential-invalid.ts';
import { gatewayPortNotOnService } from './rules/gateway-port-not-on-service.ts';
import { gatewaySecretMissing } from './rules/gateway-secret-missing.ts';
import { gatewaySelectorWithoutPods } from './rules/gateway-selector-without-pods.ts';
import { gatewayServerSkipped } from './rules/gateway-server-skipped.ts';
import { gatewayServerWithoutRule } from './rules/gateway-server-without-rule.ts';
import { hostIgnoredOnTcpGateway } from './rules/host-ignored-on-tcp-gateway.ts';
import { hostNotInGateway } from './rules/host-not-in-gateway.ts';
import { hostWithoutService } from './rules/host-without-service.ts';
import { httpRouteOnTcpPort } from './rules/http-route-on-tcp-port.ts';
import { ingressRouteWithoutSubset } from './rules/ingress-route-without-subset.ts';
import { internalGateway } from './rules/internal-gateway.ts';
import { invalidAnnotation } from './rules/invalid-annotation.ts';
import { listenerRefused } from './rules/listener-refused.ts';
import { matchGatewayNotBound } from './rules/match-gateway-not-bound.ts';
import { matchPortUnknown } from './rules/match-port-unknown.ts';
import { meshConfigUnreadable } from './rules/mesh-config-unreadable.ts';
import { meshHostConflict } from './rules/mesh-host-conflict.ts';
import { meshLeftOut } from './rules/mesh-left-out.ts';
import { misplacedAnnotation } from './rules/misplaced-annotation.ts';
import { mtlsMismatch } from './rules/mtls-mismatch.ts';
import { namespaceLeftOut } from './rules/namespace-left-out.ts';
import { negativeCondition } from './rules/negative-condition.ts';
import { notExamined } from './rules/not-examined.ts';
import { objectGivenTwice } from './rules/object-given-twice.ts';
import { portName } from './rules/port-name.ts';
import { portNameTypo } from './rules/port-name-typo.ts';
import { referencesNotChecked } from './rules/references-not-checked.ts';
import { rootSidecarSelector } from './rules/root-sidecar-selector.ts';
import { ruleOrderByAge } from './rules/rule-order-by-age.ts';
import { sameSubnetTwice } from './rules/same-subnet-twice.ts';
import { serverFirstProtocol } from './rules/server-first-protocol.ts';
import { serviceEntryOutranked } from './rules/service-entry-outranked.ts';
import { serviceEntryProtocolConflict } from './rules/service-entry-protocol-conflict.ts';
import { serviceEntryWithoutAddress } from './rules/service-entry-without-address.ts';
import { severalDefaultSidecars } from './rules/several-default-sidecars.ts';
import { shadowedMatch } from './rules/shadowed-match.ts';
import { shadowedRule } from './rules/shadowed-rule.ts';
import { sidecarConflict } from './rules/sidecar-conflict.ts';
import { sidecarHostUnknown } from './rules/sidecar-host-unknown.ts';
import { sidecarInAmbient } from './rules/sidecar-in-ambient.ts';
import { sidecarSelectorWithoutPods } from './rules/sidecar-selector-without-pods.ts';
import { sniPartialWildcard } from './rules/sni-partial-wildcard.ts';
import { sourceSubnetIgnored } from './rules/source-subnet-ignored.ts';
import { subnetNeverDialled } from './rules/subnet-never-dialled.ts';
import { subsetHidden } from './rules/subset-hidden.ts';
import { subsetWithoutLabels } from './rules/subset-without-labels.ts';
import { subsetWithoutPods } from './rules/subset-without-pods.ts';
import { targetPortMissing } from './rules/target-port-missing.ts';
import { tcpRouteOnHttpPort } from './rules/tcp-route-on-http-port.ts';
import { tcpRouteOnTlsPort } from './rules/tcp-route-on-tls-port.ts';
import { tcpSettingWithoutEffect } from './rules/tcp-setting-without-effect.ts';
import { tlsRouteOnTcpPort } from './rules/tls-route-on-tcp-port.ts';
import { unknownAnnotation } from './rules/unknown-annotation.ts';
import { unknownDestinationRuleHost } from './rules/unknown-destination-rule-host.ts';
import { unknownGateway } from './rules/unknown-gateway.ts';
import { unknownHost } from './rules/unknown-host.ts';
import { unknownPort } from './rules/unknown-port.ts';
import { unknownSubset } from './rules/unknown-subset.ts';
import { unverifiedServerCertificate } from './rules/unverified-server-certificate.ts';
import { unverifiedServerCertificateOfPort } from './rules/unverified-server-certificate-of-port.ts';
import { virtualServiceUnusedOnGateway } from './rules/virtual-service-unused-on-gateway.ts';
import { weightLeftOut } from './rules/weight-left-out.ts';
import { weightOfSingleDestination } from './rules/weight-of-single-destination.ts';
import { wellKnownPort } from './rules/well-known-port.ts';
import { zeroPrefix } from './rules/zero-prefix.ts';

export const lintRules: readonly LintRule[] = [
  deprecatedField,
  gatewaySecretMissing,
  gatewaySelectorWithoutPods,
  sidecarSelectorWithoutPods,
  unknownGateway,
  unknownHost,
  unknownPort,
  unknownSubset,
  misplacedAnnotation,
  unknownAnnotation,
  meshHostConflict,
  sidecarConflict,
  severalDefaultSidecars,
  destinationWithoutPort,
  portName,
  deploymentProtocolsDiffer,
  invalidAnnotation,
  unverifiedServerCertificate,
  unverifiedServerCertificateOfPort,
  hostNotInGateway,
  serviceEntryWithoutAddress,
  deprecatedAnnotation,
  deploymentTargetPortShared,
  gatewayCertificateShared,
  ingressRouteWithoutSubset,
  gatewayConflict,
  claimsWithoutAuthentication,
  externalNamePortName,
  gatewayPortNotOnService,
  gatewayCredentialInvalid,
  internalGateway,
  sidecarInAmbient,
  negativeCondition,
  subsetWithoutPods,
  unknownDestinationRuleHost,
  serviceEntryProtocolConflict,
  referencesNotChecked,
  objectGivenTwice,
  namespaceLeftOut,
  meshConfigUnreadable,
  conditionIgnoredOnGateway,
  hostIgnoredOnTcpGateway,
  gatewayServerSkipped,
  virtualServiceUnusedOnGateway,
  matchGatewayNotBound,
  meshLeftOut,
  gatewayServerWithoutRule,
  sourceSubnetIgnored,
  ambientWithoutWaypoint,
  ambientCondition,
  ambientNamespace,
  ambientDestinationRule,
  // The connections that these ask are asked on by those that follow, while their proxies are remembered.
  destinationWithoutEndpoints,
  destinationWithoutCluster,
  shadowedRule,
  shadowedMatch,
  ruleOrderByAge,
  sameSubnetTwice,
  subnetNeverDialled,
  zeroPrefix,
  sniPartialWildcard,
  listenerRefused,
  tcpRouteOnHttpPort,
  tcpRouteOnTlsPort,
  httpRouteOnTcpPort,
  tlsRouteOnTcpPort,
  matchPortUnknown,
  hostWithoutService,
  dottedShortName,
  portNameTypo,
  wellKnownPort,
  serverFirstProtocol,
  targetPortMissing,
  declaredPortName,
  endpointsWithoutEffect,
  weightOfSingleDestination,
  weightLeftOut,
  destinationTwice,
  subsetHidden,
  tcpSettingWithoutEffect,
  subsetWithoutLabels,
  destinationRuleMerged,
  exportedToNowhere,
  sidecarHostUnknown,
  rootSidecarSelector,
  mtlsMismatch,
  serviceEntryOutranked,
  // Last: it tells what the others could not ask.
  notExamined,
];
