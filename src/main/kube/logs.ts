import type { Handlers } from '../../ipc/host.ts';
import type { LogRequest, logsIpc } from '../../ipc/pod-streams.ts';
import type { KubeConnections } from './connections.ts';
import { LineSplitter } from './lines.ts';

/** Container logs, straight from the API server, always with times. */
export function logHandlers(connections: KubeConnections): Handlers<typeof logsIpc> {
  return {
    async *follow(request, { signal }) {
      const connection = await connections.get(request.cluster);
      const lines = new LineSplitter();
      for await (const chunk of connection.stream(logPath(request, true), signal)) {
        const whole = lines.push(chunk);
        if (whole.length > 0) yield { lines: whole };
      }
      const rest = lines.end();
      if (rest.length > 0) yield { lines: rest };
    },
    async read(request, { signal }) {
      const connection = await connections.get(request.cluster);
      return (await connection.text('GET', logPath(request, false), { signal })).text;
    },
  };
}

function logPath({ namespace, pod, container, previous, tailLines, sinceTime }: LogRequest, follow: boolean): string {
  const query = new URLSearchParams({ container, timestamps: 'true' });
  if (follow && !previous) query.set('follow', 'true');
  if (previous) query.set('previous', 'true');
  if (tailLines !== undefined) query.set('tailLines', String(tailLines));
  if (sinceTime) query.set('sinceTime', sinceTime);
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?${query}`;
}
