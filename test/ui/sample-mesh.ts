/** A screen to draw: the events and samples of a mesh with one weighted rule. */

import { binomialBounds } from '../../src/control/binomial.ts';
import type { ConnectionRecord, MeshEvent } from '../../src/control/index.ts';
import { initialScreen, type Sample, type ScreenState } from '../../src/ui/screen-state.ts';

export function screen(columns: number, rows: number): ScreenState {
  return initialScreen({
    columns,
    rows,
    seed: 7,
    now: 0,
    hints: [
      { what: 'gateway istio-system/istio-ingressgateway:31400', command: 'nc 127.0.0.1 31400' },
      { what: 'clients', command: 'tcpmesh connect --from default/client tcp-echo.default:9000' },
    ],
  });
}

export function sample(at: number, v1: number, v2: number): Sample {
  const connections = v1 + v2;
  const destination = (label: string, expected: number, observed: number) => ({
    destination: `outbound|9000|${label}|tcp-echo.default.svc.cluster.local`,
    label,
    expected,
    observed,
    bounds: binomialBounds(connections, expected, 0.00005),
    within: true,
  });
  return {
    at,
    shares: [
      {
        rule: 'default/tcp-echo spec.tcp[0]',
        connections,
        current: true,
        destinations: [destination('v1', 0.8, v1), destination('v2', 0.2, v2)],
        verdict: connections === 0 ? 'none' : 'within',
      },
    ],
    bytes: new Map(),
    clients: ['default/telnet-client', 'default/client'],
    targets: ['tcp-echo.default.svc.cluster.local:9000'],
    faultTargets: ['default/tcp-echo-v1-0', 'default/tcp-echo-v2-0', 'default/tcp-echo:v2'],
    faults: new Map([['default/tcp-echo:v2', 'delay of 500 ms']]),
    broken: [],
  };
}

export function record(id: number): ConnectionRecord {
  return {
    id,
    proxy: 'istio-system/istio-ingressgateway-0',
    from: `127.0.0.1:${40000 + id}`,
    to: 'istio-system/istio-ingressgateway:31400',
    listener: 'gateway istio-system/istio-ingressgateway:31400',
    outcome: 'routed',
    rule: 'default/tcp-echo spec.tcp[0]',
    destination: 'outbound|9000|v1|tcp-echo.default.svc.cluster.local',
    host: 'tcp-echo.default.svc.cluster.local',
    subset: 'v1',
    port: 9000,
    endpoint: '10.0.0.1:9000',
    workload: 'default/tcp-echo-v1-0',
  };
}

export function closed(id: number): MeshEvent {
  return {
    event: 'closed',
    ...record(id),
    reason: 'ended',
    flags: [],
    bytesReceived: 3,
    bytesSent: 7,
    durationMs: 12,
    detail: null,
  };
}
