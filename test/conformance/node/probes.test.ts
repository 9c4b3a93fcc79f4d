// Conformance: the four of "Probing container should *not* be restarted with a ... liveness probe", "... should be restarted with a
// GRPC liveness probe".
import { expect } from 'vitest';
import { behaviour } from '../../support/conformance-space.ts';

const often = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 3 };

const frame = (type: number, flags: number, stream: number, payload: Buffer) => {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.set([type, flags, 0, 0, 0, stream], 3);
  return Buffer.concat([header, payload]);
};
const [DATA, HEADERS, SETTINGS] = [0, 1, 4];
const [END_STREAM, ACK, END_HEADERS] = [1, 1, 4];
const withLength = (text: string) => Buffer.from([text.length, ...Buffer.from(text)]);

/** What a gRPC server says that it is well: HTTP/2 without compression, to the first request of a connection. */
const SERVING = Buffer.concat([
  frame(SETTINGS, 0, 0, Buffer.alloc(0)),
  frame(SETTINGS, ACK, 0, Buffer.alloc(0)),
  frame(HEADERS, END_HEADERS, 1, Buffer.concat([Buffer.from([0x88, 0x0f, 0x10]), withLength('application/grpc')])),
  frame(DATA, 0, 1, Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01])),
  frame(HEADERS, END_STREAM | END_HEADERS, 1, Buffer.concat([Buffer.from([0]), withLength('grpc-status'), withLength('0')])),
]);
const octal = [...SERVING].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** Each probe adds a line to a file. */
const count = 'echo >> /tmp/probes';
const serve = (script: string) => `echo '${script}' > /tmp/answer; exec nc -ll -p 8080 -e sh /tmp/answer`;

const healthy = [
  { name: 'exec', run: 'sleep 600', probe: { exec: { command: ['sh', '-c', count] } } },
  { name: 'tcp', run: serve(count), probe: { tcpSocket: { port: 8080 } } },
  {
    name: 'http',
    run: serve(`${count}; head -n 1 > /dev/null; printf "HTTP/1.0 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"`),
    probe: { httpGet: { path: '/healthz', port: 8080 } },
  },
  {
    name: 'gRPC',
    // The answer comes after the request, or the client would not know what it is about.
    run: serve(`${count}; head -c 24 > /dev/null; usleep 300000; printf "${octal}"; cat > /dev/null`),
    probe: { grpc: { port: 8080 } },
  },
];
for (const { name, run, probe } of healthy)
  behaviour(`a container is left alone while its ${name} liveness probe succeeds`, async (space) => {
    const startupProbe = name === 'exec' ? undefined : { ...often, failureThreshold: 30, tcpSocket: { port: 8080 } };
    const readinessProbe = { ...often, ...probe };
    const pod = await space.pod({ containers: [{ run, startupProbe, livenessProbe: { ...often, ...probe }, readinessProbe }] });
    const { status } = await space.ready(pod);
    expect(status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
    // The file would be gone with the container.
    await space.kubectl('exec', pod, '--', 'sh', '-c', 'until [ $(wc -l < /tmp/probes) -ge 12 ]; do usleep 100000; done');
    expect((await space.getPod(pod)).status?.containerStatuses?.[0]).toMatchObject({ ready: true, restartCount: 0 });
  });

behaviour('a container is restarted when its gRPC liveness probe fails', async (space) => {
  const livenessProbe = { ...often, initialDelaySeconds: 1, grpc: { port: 2333 } };
  const pod = await space.pod({ containers: [{ run: 'sleep 600', livenessProbe }] });
  await space.podIs(pod, ({ status }) => expect(status?.containerStatuses?.[0]?.restartCount).toBeGreaterThanOrEqual(1), 60);
});
