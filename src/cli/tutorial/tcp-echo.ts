/** Traffic shifting by weight: all to version one, then a fifth to version two. */
import { shareOf } from './share-judge.ts';
import type { Action, Place, Tutorial } from './step.ts';

const file = (name: string) => (place: Place) => `${place.samples}/tcp-echo/${name}`;
const services = file('tcp-echo-services.yaml');
const allV1 = file('tcp-echo-all-v1.yaml');
const twentyV2 = file('tcp-echo-20-v2.yaml');

const send = (times: number, shown: number, more: Partial<Action>): Action => ({
  argv: ({ gateway }) => ['connect', gateway('istio-ingressgateway', 31400)],
  input: 'hello',
  times,
  shown,
  ...more,
});

export const tcpEcho: Tutorial = {
  name: 'tcp-echo',
  says: 'Two versions of a server stand behind one Service and one gateway port. A VirtualService decides how many connections each of them gets.',
  steps: [
    {
      title: 'Deploy the two versions',
      says: 'A Service with two Deployments behind it, told apart by their label version. Version v1 answers every line with "one", version v2 with "two". In a cluster the namespace would be labelled istio-injection=enabled first; here every workload has its sidecar.',
      actions: [
        {
          argv: (place) => ['apply', '-f', services(place)],
          expects: [
            /^service\/tcp-echo created$/m,
            /^deployment\.apps\/tcp-echo-v1 created$/m,
            /^deployment\.apps\/tcp-echo-v2 created$/m,
          ],
        },
        {
          argv: ['get', 'pods'],
          expects: [/^tcp-echo-v1-\S+ +1\/1 +Running/m, /^tcp-echo-v2-\S+ +1\/1 +Running/m],
        },
      ],
      notice: 'Each Pod is a real server on a loopback port of this computer.',
    },
    {
      title: 'Send everything to v1',
      says: 'A Gateway opens port 31400, a DestinationRule names the versions as subsets, and a VirtualService binds the port to subset v1.',
      actions: [
        {
          argv: (place) => ['apply', '-f', allV1(place)],
          expects: [
            /^gateway\.networking\.istio\.io\/tcp-echo-gateway created$/m,
            /^destinationrule\.networking\.istio\.io\/tcp-echo-destination created$/m,
            /^virtualservice\.networking\.istio\.io\/tcp-echo created$/m,
          ],
        },
        {
          argv: ['get', 'service', 'istio-ingressgateway', '-n', 'istio-system'],
          expects: [/^istio-ingressgateway +LoadBalancer +\S+ +127\.0\.0\.\d+ +\d+\/TCP/m],
        },
        {
          argv: (place) => [
            'explain',
            ...[services, allV1].map((of) => of(place)),
            '--gateway',
            'tcp-echo-gateway',
            '--port',
            '31400',
            '--brief',
          ],
          expects: [/subset v1|\|v1\|/, /100 %/],
        },
      ],
      notice:
        'Nobody had deployed a gateway, so one is stood in for. Its external address is where you connect.',
    },
    {
      title: 'Watch it',
      says: 'Ten connections through the gateway, each a choice of its own.',
      actions: [
        send(10, 10, {
          judge: (output) =>
            output === 'one hello\n'.repeat(10) ? null : 'not all of the answers begin with one',
        }),
      ],
      notice: 'Every answer begins with "one": all connections went to v1.',
    },
    {
      title: 'Move a fifth to v2',
      says: 'The same VirtualService once more, now with two destinations and the weights 80 and 20.',
      actions: [
        {
          argv: (place) => ['apply', '-f', twentyV2(place)],
          expects: [/^virtualservice\.networking\.istio\.io\/tcp-echo configured$/m],
        },
        {
          argv: ['get', 'virtualservice', 'tcp-echo', '-o', 'yaml'],
          expects: [/subset: v1\n +weight: 80/, /subset: v2\n +weight: 20/],
        },
        {
          argv: (place) => [
            'explain',
            ...[services, allV1, twentyV2].map((of) => of(place)),
            '--gateway',
            'tcp-echo-gateway',
            '--port',
            '31400',
            '--brief',
          ],
          expects: [/80 %/, /20 %/, /20-v2\.yaml:\d+ replaces /],
          judge: (output) =>
            /stand-in: (?:Gateway|DestinationRule)/.test(output)
              ? 'it stands in for what the step before applied'
              : null,
        },
      ],
      notice: 'New connections follow at once. Connections that were open would keep their route.',
    },
    {
      title: 'Watch it again',
      says: 'Two hundred connections: the first ten are shown, and how many of all got which answer.',
      actions: [send(200, 10, { judge: shareOf('two', 0.2) })],
      notice:
        'About a fifth of all begins with "two". Ten alone may well show none or four of them: each connection is drawn by itself.',
    },
    {
      title: 'Clean up',
      says: 'Rules first, then the servers.',
      actions: [
        {
          argv: (place) => ['delete', '-f', allV1(place)],
          expects: [/^virtualservice\.networking\.istio\.io "tcp-echo" deleted$/m],
        },
        {
          argv: (place) => ['delete', '-f', services(place)],
          expects: [/^deployment\.apps "tcp-echo-v2" deleted$/m],
        },
      ],
      notice: 'The gateway that was stood in for has gone with the Gateway that asked for it.',
    },
  ],
};
