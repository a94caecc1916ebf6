/** The rules over a mesh: one line each, with the kinds that it is about. A new rule is its file, its fixtures in test/lint, and a line here. */
import type { Kind } from '../resource/index.ts';
import { annotatedKinds } from './facts/annotations-given.ts';
import type { LintRule } from './rule.ts';
import { ambientCondition } from './rules/ambient-condition.ts';
import { ambientDestinationRule } from './rules/ambient-destination-rule.ts';
import { ambientNamespace } from './rules/ambient-namespace.ts';
import { ambientNotAsked } from './rules/ambient-not-asked.ts';
import { ambientWithoutWaypoint } from './rules/ambient-without-waypoint.ts';
import { claimsWithoutAuthentication } from './rules/claims-without-authentication.ts';
import { conditionIgnoredOnGateway } from './rules/condition-ignored-on-gateway.ts';
import { declaredPortName } from './rules/declared-port-name.ts';
import { deploymentProtocolsDiffer } from './rules/deployment-protocols-differ.ts';
import { deploymentTargetPortShared } from './rules/deployment-target-port-shared.ts';
import { deprecatedAnnotation } from './rules/deprecated-annotation.ts';
import { deprecatedField } from './rules/deprecated-field.ts';
import { destinationAsDialled } from './rules/destination-as-dialled.ts';
import { destinationRuleForAlias } from './rules/destination-rule-for-alias.ts';
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
import { hostBesideEveryHost } from './rules/host-beside-every-host.ts';
import { hostIgnoredOnTcpGateway } from './rules/host-ignored-on-tcp-gateway.ts';
import { hostNotInGateway } from './rules/host-not-in-gateway.ts';
import { hostNotSeen } from './rules/host-not-seen.ts';
import { hostWithoutService } from './rules/host-without-service.ts';
import { httpRouteOnTcpPort } from './rules/http-route-on-tcp-port.ts';
import { ingressRouteWithoutSubset } from './rules/ingress-route-without-subset.ts';
import { internalGateway } from './rules/internal-gateway.ts';
import { invalidAnnotation } from './rules/invalid-annotation.ts';
import { listenerRefused } from './rules/listener-refused.ts';
import { listenerTaken } from './rules/listener-taken.ts';
import { matchGatewayNotBound } from './rules/match-gateway-not-bound.ts';
import { matchNotExported } from './rules/match-not-exported.ts';
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
import { oneOfWildcard } from './rules/one-of-wildcard.ts';
import { outlierNeverEjected } from './rules/outlier-never-ejected.ts';
import { portName } from './rules/port-name.ts';
import { portNameTypo } from './rules/port-name-typo.ts';
import { portSettingTwice } from './rules/port-setting-twice.ts';
import { portSettingWithoutPort } from './rules/port-setting-without-port.ts';
import { referencesNotChecked } from './rules/references-not-checked.ts';
import { rootSidecarSelector } from './rules/root-sidecar-selector.ts';
import { routeOnUdpPort } from './rules/route-on-udp-port.ts';
import { ruleOnWrongServer } from './rules/rule-on-wrong-server.ts';
import { ruleOrderByAge } from './rules/rule-order-by-age.ts';
import { sameSubnetTwice } from './rules/same-subnet-twice.ts';
import { serverFirstProtocol } from './rules/server-first-protocol.ts';
import { serviceEntryOutranked } from './rules/service-entry-outranked.ts';
import { serviceEntryProtocolConflict } from './rules/service-entry-protocol-conflict.ts';
import { serviceEntryWithoutAddress } from './rules/service-entry-without-address.ts';
import { serviceWithoutPods } from './rules/service-without-pods.ts';
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

/** Code that is not loaded until it is asked for. */
export type ListedRule = {
  readonly name: string;
  /** Where nothing of these kinds was read the rule has nothing to say and is not loaded; with none named it is always asked. */
  readonly wants: readonly Kind[];
  readonly rule: () => LintRule;
};

const listed = (name: string, wants: readonly Kind[], rule: () => LintRule): ListedRule => ({
  name,
  wants,
  rule,
});

export const listedRules: readonly ListedRule[] = [
  listed('deprecated-field', ['VirtualService', 'Sidecar'], () => deprecatedField),
  listed('gateway-secret-missing', ['Gateway'], () => gatewaySecretMissing),
  listed('gateway-selector-without-pods', ['Gateway'], () => gatewaySelectorWithoutPods),
  listed('sidecar-selector-without-pods', ['Sidecar'], () => sidecarSelectorWithoutPods),
  listed('unknown-gateway', ['VirtualService'], () => unknownGateway),
  listed('unknown-host', ['VirtualService'], () => unknownHost),
  listed('unknown-port', ['VirtualService'], () => unknownPort),
  listed('unknown-subset', ['VirtualService'], () => unknownSubset),
  listed('misplaced-annotation', annotatedKinds, () => misplacedAnnotation),
  listed('unknown-annotation', annotatedKinds, () => unknownAnnotation),
  listed('mesh-host-conflict', ['VirtualService'], () => meshHostConflict),
  listed('sidecar-conflict', ['Sidecar'], () => sidecarConflict),
  listed('several-default-sidecars', ['Sidecar'], () => severalDefaultSidecars),
  listed('destination-without-port', ['VirtualService'], () => destinationWithoutPort),
  listed('port-name', ['Service'], () => portName),
  listed('deployment-protocols-differ', ['Deployment'], () => deploymentProtocolsDiffer),
  listed('invalid-annotation', annotatedKinds, () => invalidAnnotation),
  listed('unverified-server-certificate', ['DestinationRule'], () => unverifiedServerCertificate),
  listed(
    'unverified-server-certificate-of-port',
    ['DestinationRule'],
    () => unverifiedServerCertificateOfPort,
  ),
  listed('host-not-in-gateway', ['VirtualService'], () => hostNotInGateway),
  listed('service-entry-without-address', ['ServiceEntry'], () => serviceEntryWithoutAddress),
  listed('deprecated-annotation', annotatedKinds, () => deprecatedAnnotation),
  listed('deployment-target-port-shared', ['Deployment'], () => deploymentTargetPortShared),
  listed('gateway-certificate-shared', ['Gateway'], () => gatewayCertificateShared),
  listed('ingress-route-without-subset', ['VirtualService'], () => ingressRouteWithoutSubset),
  listed('gateway-conflict', ['Gateway'], () => gatewayConflict),
  listed('claims-without-authentication', ['Gateway'], () => claimsWithoutAuthentication),
  listed('external-name-port-name', ['Service'], () => externalNamePortName),
  listed('gateway-port-not-on-service', ['Gateway'], () => gatewayPortNotOnService),
  listed('gateway-credential-invalid', ['Gateway'], () => gatewayCredentialInvalid),
  listed('internal-gateway', ['VirtualService'], () => internalGateway),
  listed('sidecar-in-ambient', ['Sidecar'], () => sidecarInAmbient),
  listed('negative-condition', [], () => negativeCondition),
  listed('subset-without-pods', ['DestinationRule'], () => subsetWithoutPods),
  listed('unknown-destination-rule-host', ['DestinationRule'], () => unknownDestinationRuleHost),
  listed('service-entry-protocol-conflict', ['ServiceEntry'], () => serviceEntryProtocolConflict),
  listed('references-not-checked', [], () => referencesNotChecked),
  listed('object-given-twice', [], () => objectGivenTwice),
  listed('namespace-left-out', [], () => namespaceLeftOut),
  listed('ambient-not-asked', ['Namespace'], () => ambientNotAsked),
  listed('mesh-config-unreadable', ['ConfigMap'], () => meshConfigUnreadable),
  listed('condition-ignored-on-gateway', ['VirtualService'], () => conditionIgnoredOnGateway),
  listed('host-ignored-on-tcp-gateway', ['VirtualService'], () => hostIgnoredOnTcpGateway),
  listed('gateway-server-skipped', ['Gateway'], () => gatewayServerSkipped),
  listed('host-beside-every-host', ['Gateway'], () => hostBesideEveryHost),
  listed('virtual-service-unused-on-gateway', ['Gateway'], () => virtualServiceUnusedOnGateway),
  listed('match-gateway-not-bound', ['VirtualService'], () => matchGatewayNotBound),
  listed('mesh-left-out', ['VirtualService'], () => meshLeftOut),
  listed('gateway-server-without-rule', ['Gateway'], () => gatewayServerWithoutRule),
  listed('source-subnet-ignored', ['VirtualService'], () => sourceSubnetIgnored),
  listed('ambient-without-waypoint', ['VirtualService'], () => ambientWithoutWaypoint),
  listed('ambient-condition', ['VirtualService'], () => ambientCondition),
  listed('ambient-namespace', ['VirtualService'], () => ambientNamespace),
  listed('ambient-destination-rule', ['Service', 'ServiceEntry'], () => ambientDestinationRule),
  // The connections that these ask are asked on by those that follow, while their proxies are remembered.
  listed('destination-without-endpoints', ['VirtualService'], () => destinationWithoutEndpoints),
  listed('destination-without-cluster', ['VirtualService'], () => destinationWithoutCluster),
  listed('destination-as-dialled', ['Service', 'ServiceEntry'], () => destinationAsDialled),
  listed('shadowed-rule', ['VirtualService'], () => shadowedRule),
  listed('shadowed-match', ['VirtualService'], () => shadowedMatch),
  listed('match-not-exported', ['VirtualService'], () => matchNotExported),
  listed('rule-order-by-age', ['VirtualService'], () => ruleOrderByAge),
  listed('same-subnet-twice', ['VirtualService'], () => sameSubnetTwice),
  listed('subnet-never-dialled', ['Service', 'ServiceEntry'], () => subnetNeverDialled),
  listed('zero-prefix', ['VirtualService'], () => zeroPrefix),
  listed('sni-partial-wildcard', ['VirtualService'], () => sniPartialWildcard),
  listed('listener-refused', ['VirtualService'], () => listenerRefused),
  listed('tcp-route-on-http-port', ['Service', 'ServiceEntry'], () => tcpRouteOnHttpPort),
  listed('tcp-route-on-tls-port', ['Service', 'ServiceEntry'], () => tcpRouteOnTlsPort),
  listed('http-route-on-tcp-port', ['Service', 'ServiceEntry'], () => httpRouteOnTcpPort),
  listed('tls-route-on-tcp-port', ['Service', 'ServiceEntry'], () => tlsRouteOnTcpPort),
  listed('route-on-udp-port', ['Service', 'ServiceEntry'], () => routeOnUdpPort),
  listed('host-not-seen', ['Sidecar', 'Service', 'ServiceEntry'], () => hostNotSeen),
  listed('rule-on-wrong-server', ['Gateway'], () => ruleOnWrongServer),
  listed('service-without-pods', ['Service'], () => serviceWithoutPods),
  listed('match-port-unknown', ['VirtualService'], () => matchPortUnknown),
  listed('host-without-service', ['VirtualService'], () => hostWithoutService),
  listed('dotted-short-name', ['VirtualService'], () => dottedShortName),
  listed('port-name-typo', ['Service'], () => portNameTypo),
  listed('well-known-port', ['Service'], () => wellKnownPort),
  listed('server-first-protocol', ['Service'], () => serverFirstProtocol),
  listed('target-port-missing', ['Service'], () => targetPortMissing),
  listed('declared-port-name', ['Gateway', 'ServiceEntry'], () => declaredPortName),
  listed('endpoints-without-effect', ['EndpointSlice', 'Endpoints'], () => endpointsWithoutEffect),
  listed('weight-of-single-destination', ['VirtualService'], () => weightOfSingleDestination),
  listed('weight-left-out', ['VirtualService'], () => weightLeftOut),
  listed('destination-twice', ['VirtualService'], () => destinationTwice),
  listed('subset-hidden', ['VirtualService'], () => subsetHidden),
  listed('port-setting-without-port', ['DestinationRule'], () => portSettingWithoutPort),
  listed('port-setting-twice', ['DestinationRule'], () => portSettingTwice),
  listed('one-of-wildcard', ['ServiceEntry'], () => oneOfWildcard),
  listed('listener-taken', ['ServiceEntry'], () => listenerTaken),
  listed('outlier-never-ejected', ['DestinationRule'], () => outlierNeverEjected),
  listed('tcp-setting-without-effect', ['DestinationRule'], () => tcpSettingWithoutEffect),
  listed('subset-without-labels', ['DestinationRule'], () => subsetWithoutLabels),
  listed('destination-rule-merged', ['DestinationRule'], () => destinationRuleMerged),
  listed('destination-rule-for-alias', ['Service'], () => destinationRuleForAlias),
  listed('exported-to-nowhere', ['Namespace'], () => exportedToNowhere),
  listed('sidecar-host-unknown', ['Sidecar'], () => sidecarHostUnknown),
  listed('root-sidecar-selector', ['Sidecar'], () => rootSidecarSelector),
  listed('mtls-mismatch', ['PeerAuthentication'], () => mtlsMismatch),
  listed('service-entry-outranked', ['ServiceEntry'], () => serviceEntryOutranked),
  // Last: it tells what the others could not ask.
  listed('not-examined', [], () => notExamined),
];

/** All of them, loaded. */
export const lintRules = (): readonly LintRule[] => listedRules.map(({ rule }) => rule());

/** Undefined for names of other rules. */
export function lintRuleNamed(name: string): LintRule | undefined {
  return listedRules.find((one) => one.name === name)?.rule();
}
