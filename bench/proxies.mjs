/** The proxies of the comparison: how each is started, with an 80/20 choice between two clusters that are the same backend. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const onPath = (name) =>
  spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim() || undefined;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const envoyCluster = (name, port) => ({
  name,
  type: 'STATIC',
  connect_timeout: '10s',
  load_assignment: {
    cluster_name: name,
    endpoints: [
      {
        lb_endpoints: [
          { endpoint: { address: { socket_address: { address: '127.0.0.1', port_value: port } } } },
        ],
      },
    ],
  },
  circuit_breakers: { thresholds: [{ max_connections: 100000, max_pending_requests: 100000 }] },
});

const envoyConfig = (port, backend) => ({
  static_resources: {
    listeners: [
      {
        name: 'bench',
        address: { socket_address: { address: '127.0.0.1', port_value: port } },
        filter_chains: [
          {
            filters: [
              {
                name: 'tcp',
                typed_config: {
                  '@type':
                    'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
                  stat_prefix: 'tcp',
                  weighted_clusters: {
                    clusters: [
                      { name: 'v1', weight: 80 },
                      { name: 'v2', weight: 20 },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    ],
    clusters: [envoyCluster('v1', backend), envoyCluster('v2', backend)],
  },
});

const haproxyConfig = (port, backend) => `global
  nbthread 1
  maxconn 9900
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen bench
  bind 127.0.0.1:${port}
  maxconn 9900
  server v1 127.0.0.1:${backend} weight 80
  server v2 127.0.0.1:${backend} weight 20
`;

const nginxConfig = (port, backend, folder) => `worker_processes 1;
worker_rlimit_nofile 20000;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
include /etc/nginx/modules-enabled/*.conf;
events { worker_connections 20000; }
stream {
  upstream backend { server 127.0.0.1:${backend} weight=80; server 127.0.0.1:${backend} weight=20; }
  server { listen 127.0.0.1:${port} backlog=4096; proxy_pass backend; proxy_timeout 1h; }
}
`;

/** name -> {command, args, port}, or undefined where it is not installed. */
function recipes(folder, bundle) {
  const envoy = process.env.ENVOY ?? onPath('envoy');
  const haproxy = onPath('haproxy');
  const nginx = onPath('nginx');
  const write = (name, text) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  return {
    // All of it: routing, counting, and an event a line for every connection (to /dev/null).
    tcpmesh: async (backend) => {
      const port = await freePort();
      const stoodFor = ['v1', 'v2'].flatMap((version) => [
        '--backend',
        `default/tcp-echo-${version}=127.0.0.1:${backend}`,
      ]);
      const listen = ['--listen', `31400=127.0.0.1:${port}`, '--api', 'off', '-o', 'json'];
      const args = [join(root, 'bin/tcpmesh.js'), 'run', join(root, 'samples/tcp-echo-20-v2.yaml')];
      return {
        command: process.execPath,
        args: [...args, ...listen, ...stoodFor],
        port,
        quiet: true,
      };
    },
    // The data plane alone, with a decider of two lines.
    'tcpmesh-plane': async (backend) => ({
      command: process.execPath,
      args: [bundle, `${backend}`],
    }),
    'tcpmesh-sockets': async (backend) => ({
      command: process.execPath,
      args: [bundle, `${backend}`, 'sockets'],
    }),
    envoy:
      envoy &&
      (async (backend) => {
        const port = await freePort();
        const file = write('envoy.json', JSON.stringify(envoyConfig(port, backend)));
        const args = ['-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'];
        return { command: envoy, args, port };
      }),
    haproxy:
      haproxy &&
      (async (backend) => {
        const port = await freePort();
        return {
          command: haproxy,
          args: ['-f', write('haproxy.cfg', haproxyConfig(port, backend))],
          port,
        };
      }),
    nginx:
      nginx &&
      (async (backend) => {
        const port = await freePort();
        return {
          command: nginx,
          args: ['-c', write('nginx.conf', nginxConfig(port, backend, folder))],
          port,
        };
      }),
  };
}

/** Starts a program that prints its port, unless that is known. */
export async function start(name, { command, args, port, quiet }) {
  const child = spawn(command, args, { stdio: ['ignore', quiet ? 'ignore' : 'pipe', 'pipe'] });
  let said = '';
  let complained = '';
  child.stdout?.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complained = (complained + chunk).slice(-2000);
  });
  const end = performance.now() + 10_000;
  for (;;) {
    const known = port ?? (said.includes('\n') ? Number.parseInt(said, 10) : undefined);
    if (known !== undefined && (await isOpen(known))) return { name, child, port: known };
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(`${name} did not start: ${complained || said}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function isOpen(port) {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** Adds to `running` all that are installed and wanted, as they start; direct is the backend itself. */
export async function startAll(running, { folder, bundle, backend, wanted }) {
  running.push({ name: 'direct', child: undefined, port: backend });
  for (const [name, recipe] of Object.entries(recipes(folder, bundle))) {
    if (!wanted.includes(name)) continue;
    if (typeof recipe !== 'function') {
      console.error(`${name} is not installed: left out`);
      continue;
    }
    running.push(await start(name, await recipe(backend)));
  }
}
