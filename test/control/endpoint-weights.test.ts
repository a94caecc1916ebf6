/** Weights of a ServiceEntry's endpoints decide between them, as of WorkloadEntries. */
import { expect, it } from 'vitest';
import { dialSocks } from '../../src/proxy/index.ts';
import { startMesh } from './start-mesh.ts';

const text = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: any}
spec:
  hosts: [any.example.com]
  addresses: [198.51.100.7]
  ports: [{number: 9999, name: tcp, protocol: TCP}]
  resolution: STATIC
  location: MESH_EXTERNAL
  endpoints:
  - {address: 192.0.2.30}
  - {address: 192.0.2.31, weight: 3}
`;

it('three to one', async () => {
  const mesh = await startMesh(text, 4);
  try {
    const seen = new Map<string, number>();
    mesh.subscribe((event) => {
      if (event.event === 'closed' && event.endpoint !== null)
        seen.set(event.endpoint, (seen.get(event.endpoint) ?? 0) + 1);
    });
    const total = (): number => [...seen.values()].reduce((sum, count) => sum + count, 0);
    for (let i = 0; i < 40; i++) {
      const before = total();
      const dial = { proxy: mesh.socksAddress, user: '', host: '198.51.100.7', port: 9999 };
      const socket = await dialSocks({ ...dial, timeoutMs: 5000 });
      socket
        .on('error', () => {})
        .resume()
        .end();
      await expect.poll(total, { timeout: 20_000, interval: 5 }).toBe(before + 1);
    }
    const [light = 0, heavy = 0] = [seen.get('192.0.2.30:9999'), seen.get('192.0.2.31:9999')];
    expect(light + heavy).toBe(40);
    expect(Math.abs(light - 10)).toBeLessThanOrEqual(1);
  } finally {
    await mesh.stop(0);
  }
});
