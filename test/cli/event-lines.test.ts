/** Events of a run as lines for people. */
import { expect, it } from 'vitest';
import { eventAsText, type ToldEvent } from '../../src/cli/run/event-lines.ts';

const record = {
  id: 7,
  from: 'default/client',
  proxy: 'default/client',
  to: 'echo:9000',
  listener: 'client default/client',
  outcome: 'routed',
  rule: null,
  destination: 'outbound|9000||echo.default.svc.cluster.local',
  host: 'echo.default.svc.cluster.local',
  subset: '',
  port: 9000,
  endpoint: '10.0.0.1:9000',
  workload: 'default/echo-0',
} as const;
const closed = {
  event: 'closed',
  ...record,
  flags: [],
  bytesReceived: 3,
  bytesSent: 7,
  durationMs: 1.6,
  detail: null,
} as const;

it.each<[ToldEvent, string]>([
  [{ event: 'connection', ...record }, '+ 7 default/client -> echo:9000  routed -> default/echo-0'],
  [
    { event: 'connection', ...record, outcome: 'passthrough', endpoint: null, workload: null },
    '+ 7 default/client -> echo:9000  passthrough',
  ],
  [
    { ...closed, reason: 'ended' },
    '- 7 default/client -> echo:9000  ended  3 bytes in, 7 out, 2 ms',
  ],
  [
    { ...closed, reason: 'connect-failed', flags: ['UF', 'URX'], detail: 'connect ECONNREFUSED' },
    '- 7 default/client -> echo:9000  connect-failed [UF,URX] (connect ECONNREFUSED)  3 bytes in, 7 out, 2 ms',
  ],
  [
    {
      event: 'listening',
      address: {
        ...{ purpose: 'gateway', name: 'istio-system/gw:80', host: '::1', port: 8080 },
        instead: 'port 80 of ::1 is in use',
      },
    },
    'listening on [::1]:8080 for gateway istio-system/gw:80 (port 80 of ::1 is in use)',
  ],
  [{ event: 'notice', level: 'info', message: 'one\u001b[2J' }, 'one'],
  [{ event: 'notice', level: 'warning', message: 'two' }, 'warning: two'],
])('%j', (event, line) => {
  const text = eventAsText(event);
  expect(text).not.toContain('\u001b');
  expect(text).toContain(line);
});
