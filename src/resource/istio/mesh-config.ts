/** Field table: MeshConfig (`mesh/v1alpha1/config.proto`), as far as it has a part in where connections go. */
import {
  type Decoded,
  duration,
  list,
  map,
  oneOfNames,
  openMessage,
  string,
} from '../field-table.ts';
import { connectionPoolSettings, tcpKeepalive } from './connection-pool.ts';
import { outlierDetection } from './destination-rule.ts';

const proxyConfig = openMessage('ProxyConfig', { proxyMetadata: map(string()) });

const labelSelector = openMessage('LabelSelector', {
  matchLabels: map(string()),
  matchExpressions: list(
    openMessage('LabelSelectorRequirement', {
      key: string(),
      operator: string(),
      values: list(string()),
    }),
  ),
});

export const meshConfigTable = openMessage('MeshConfig', {
  rootNamespace: string(),
  outboundTrafficPolicy: openMessage('MeshOutboundTrafficPolicy', {
    mode: oneOfNames('REGISTRY_ONLY', 'ALLOW_ANY', 'ALLOW_ANY_DYNAMIC_DNS'),
  }),
  defaultServiceExportTo: list(string()),
  defaultVirtualServiceExportTo: list(string()),
  defaultDestinationRuleExportTo: list(string()),
  defaultConfig: proxyConfig,
  discoverySelectors: list(labelSelector),
  connectTimeout: duration(),
  protocolDetectionTimeout: duration(),
  tcpKeepalive,
  defaultTrafficPolicy: openMessage('DefaultTrafficPolicy', {
    connectionPool: connectionPoolSettings,
    outlierDetection,
  }),
});

export type MeshConfigFields = Decoded<typeof meshConfigTable>;
export type LabelSelector = Decoded<typeof labelSelector>;
