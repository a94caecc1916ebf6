/** Everything that a TCP rule can match: subnet, port, labels, gateway, namespace; and weights over subsets at the end. */
import { shareOf } from './share-judge.ts';
import type { Action, Place, Step, Tutorial } from './step.ts';

const server = 'echo-server.default.svc.cluster.local:19000';

const file = (place: Place, name: string): string => `${place.samples}/tcp-matching/${name}.yaml`;
const published = (place: Place): string => `${place.samples}/as-published`;

const apply = (name: string, created: RegExp): Action => ({
  argv: (place) => ['apply', '-f', file(place, name)],
  expects: [created],
});

const remove = (name: string): Action => ({
  argv: (place) => ['delete', '-f', file(place, name)],
  expects: [/deleted$/m],
});

/** The client's Deployment, as `exec` takes it. */
const ask = (client: string, answer: string, namespace = 'default'): Action => ({
  argv: [
    'exec',
    ...(namespace === 'default' ? [] : ['-n', namespace]),
    '-i',
    `deploy/${client}`,
    '-c',
    'client',
    '--',
    'telnet',
    server,
  ],
  input: 'test',
  expects: [new RegExp(`^${answer} test$`, 'm')],
});

const explain = (name: string, from: string, answer: RegExp): Action => ({
  argv: (place) => [
    'explain',
    ...['echoserver', 'telnet', name].map((one) => file(place, one)),
    '--from',
    from,
    '--host',
    'echo-server.default.svc.cluster.local',
    '--port',
    '19000',
    '--brief',
  ],
  expects: [answer],
});

const echo = /^virtualservice\.networking\.istio\.io\/echo (created|configured)$/m;
const toSecond = /goes to echo-server-2\.default/;

const gatewayStep: Step = {
  title: 'By gateway',
  says: 'Two gateways open port 19000 each, and one VirtualService is bound to both. Its first rule is for ingressgateway-2, its second for the rest. The published page tries this with telnet from a Pod to the Service: that connection goes through no gateway at all, so it says nothing about the rule. Here the gateways themselves are dialled.',
  actions: [
    ...['ingressgateway-1', 'ingressgateway-2'].map((name) =>
      apply(name, /^gateway\.networking\.istio\.io\/ingressgateway-\d created$/m),
    ),
    apply('ingressgateway-vs', /^virtualservice\.networking\.istio\.io\/\S+ created$/m),
    ask('telnet-client', 'hello'),
    ...[
      ['istio-ingressgateway-1', 'hello'],
      ['istio-ingressgateway-2', 'hello-2'],
    ].map(
      ([workload = '', answer = '']): Action => ({
        argv: ({ gateway }) => ['connect', gateway(workload, 19000)],
        input: 'test',
        expects: [new RegExp(`^${answer} test$`, 'm')],
      }),
    ),
    ...['ingressgateway-vs', 'ingressgateway-2', 'ingressgateway-1'].map(remove),
  ],
  notice:
    'The first answer came without a gateway and would have been the same with any rule. The two others came through the gateways, and differ.',
};

const weightStep: Step = {
  title: 'By weight, over subsets',
  says: 'Two versions of echo-server, 80 to 20. As published, the rules stand under http: on a TCP port, where Istio passes them over, and the DestinationRule is for a host that does not exist. validate says both; the mended files put the rules under tcp: and name the right host.',
  actions: [
    {
      argv: (place) => ['validate', published(place), '-o', 'concise'],
      code: 1,
      expects: [/TCM1303/, /IST0101/, /IST0174/],
    },
    apply('echo-server-backup', /^deployment\.apps\/echo-server-backup created$/m),
    apply('echoserver-dr', /^destinationrule\.networking\.istio\.io\/echo created$/m),
    apply('echoserver-vs', echo),
    { ...ask('telnet-client', 'hello'), times: 5, expects: [/^hello(-gray)? test$/m] },
    {
      argv: ['connect', '--from', 'default/telnet-client', server],
      input: 'test',
      times: 200,
      shown: 0,
      judge: shareOf('hello-gray', 0.2),
    },
  ],
  notice:
    'Five answers say little about 80 to 20; two hundred more, not shown, were counted and are within what chance gives.',
};

export const tcpMatching: Tutorial = {
  name: 'tcp-matching',
  says: 'Two echo servers, three clients, and a rule for each thing that Istio can match in a TCP connection. echo-server answers "hello", echo-server-2 "hello-2", so the answer tells where a connection went.',
  steps: [
    {
      title: 'Deploy servers and clients',
      says: 'Two echo servers behind Services on port 19000, and clients in the namespaces default and foo.',
      actions: [
        apply('echoserver', /^service\/echo-server created$/m),
        apply('telnet', /^deployment\.apps\/telnet-client-foo created$/m),
        ask('telnet-client', 'hello'),
      ],
      notice: 'Without any rule the Service itself answers.',
    },
    {
      title: 'By destination subnet',
      says: 'Connections to echo-server at an address inside 192.168.0.0/16 are sent to echo-server-2.',
      actions: [
        apply('destinationSubnets', echo),
        ask('telnet-client', 'hello-2'),
        explain('destinationSubnets', 'default/telnet-client', toSecond),
      ],
      notice:
        "It is the address that was dialled that counts, the Service's: the sample gives the Service one inside the subnet. The addresses of the Pods behind it play no part.",
    },
    {
      title: 'By port',
      says: 'Connections to port 19000 are sent to echo-server-2.',
      actions: [apply('port', echo), ask('telnet-client', 'hello-2')],
      notice: 'The port is that of the Service, not the one that the container listens on.',
    },
    {
      title: 'By labels of the client',
      says: 'Only clients labelled app: telnet-client are sent to echo-server-2.',
      actions: [
        apply('sourceLabels', echo),
        ask('telnet-client', 'hello-2'),
        ask('telnet-client-2', 'hello'),
        explain('sourceLabels', 'default/telnet-client-2', /goes to echo-server\.default/),
        { argv: ['delete', 'virtualservice', 'echo'], expects: [/deleted$/m] },
      ],
      notice:
        'A client that no rule fits is not refused: it gets the Service, as if there were no VirtualService.',
    },
    gatewayStep,
    {
      title: 'By namespace of the client',
      says: 'Clients in namespace foo are sent to echo-server-2, all others to echo-server.',
      actions: [
        apply(
          'source-namespace',
          /^virtualservice\.networking\.istio\.io\/source-namespace created$/m,
        ),
        ask('telnet-client-foo', 'hello-2', 'foo'),
        ask('telnet-client', 'hello'),
        explain('source-namespace', 'foo/telnet-client-foo', toSecond),
        remove('source-namespace'),
      ],
      notice: 'The page prints hello2; what the server with the prefix hello-2 sends is hello-2.',
    },
    weightStep,
  ],
};
