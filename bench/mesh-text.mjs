// Text of a generated mesh, half VirtualServices and half DestinationRules, of about a kilobyte each.

/** `count` documents; the same for the same count. */
export function meshText(count) {
  const documents = [];
  for (let i = 0; i < count / 2; i++) {
    const name = `service-${i}`;
    const namespace = `team-${i % 40}`;
    const host = `${name}.${namespace}.svc.cluster.local`;
    documents.push(
      virtualService(name, namespace, host, i),
      destinationRule(name, namespace, host, i),
    );
  }
  return documents.join('---\n');
}

/** A third VirtualServices, a third DestinationRules, a third the Services that they are for: rules can be held against each other. */
export function wholeMeshText(count) {
  const documents = [];
  for (let i = 0; i < count / 3; i++) {
    const name = `service-${i}`;
    const namespace = `team-${i % 40}`;
    const host = `${name}.${namespace}.svc.cluster.local`;
    documents.push(
      service(name, namespace, i),
      virtualService(name, namespace, host, i),
      destinationRule(name, namespace, host, i),
    );
  }
  return documents.join('---\n');
}

function service(name, namespace, i) {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  clusterIP: 10.${i % 250}.${i % 3}.${1 + (i % 200)}
  selector: {app: ${name}}
  ports:
  - {name: tcp-a, port: 9000}
  - {name: tcp-b, port: 9001}
  - {name: tcp-c, port: 9002}
`;
}

function virtualService(name, namespace, host, i) {
  const rules = [0, 1, 2].map(
    (rule) => `  - match:
    - port: ${9000 + rule}
      sourceLabels:
        app: client-${i % 17}
        tier: "web-${rule}"
    - destinationSubnets: ["10.${i % 250}.${rule}.0/24", 10.${i % 250}.0.0/16]
      sourceNamespace: team-${(i + rule) % 40}
    route:
    - destination:
        host: ${host}
        port:
          number: ${9000 + rule}
        subset: v1
      weight: 80
    - destination:
        host: ${host}
        port:
          number: ${9000 + rule}
        subset: v2 # the canary
      weight: 20
`,
  );
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${name}
  namespace: ${namespace}
  labels: {app: ${name}, team: t${i % 40}}
spec:
  hosts:
  - ${host}
  tcp:
${rules.join('')}`;
}

function destinationRule(name, namespace, host, i) {
  const subsets = [1, 2, 3].map(
    (version) => `  - name: v${version}
    labels:
      version: v${version}
      app: ${name}
    trafficPolicy:
      connectionPool:
        tcp: {maxConnections: ${100 + i}, connectTimeout: 2s}
      outlierDetection:
        consecutive5xxErrors: 5
        interval: 10s
        baseEjectionTime: 30s
`,
  );
  return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  host: ${host}
  trafficPolicy:
    loadBalancer:
      simple: ROUND_ROBIN
  subsets:
${subsets.join('')}`;
}
