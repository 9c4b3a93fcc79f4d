import { Agent, get } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Summary } from './summary.ts';

export interface KubeletAddress {
  /** Name of the node, which its certificate is for. */
  name: string;
  address: string;
  port: number;
}

/** Asks kubelets what their nodes and pods use. */
export type ReadSummary = (kubelet: KubeletAddress, signal: AbortSignal) => Promise<Summary>;

/** Reads summaries over TLS with a bearer token; connections stay open between two reads. */
export function kubeletClient({ ca, token }: { ca: string | undefined; token(): string | undefined }): ReadSummary & Disposable {
  const agent = new Agent({ keepAlive: true, ca });
  const read: ReadSummary = async ({ name, address, port }, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Summary>();
    const headers = { authorization: `Bearer ${token() ?? ''}` };
    const request = get({ host: address, servername: name, port, path: '/stats/summary', headers, agent, signal }, (response) => {
      text(response)
        .then((body) => {
          if (response.statusCode !== 200) throw new Error(`kubelet of ${name}: ${response.statusCode} ${body.slice(0, 200)}`);
          resolve(JSON.parse(body) as Summary);
        })
        .catch(reject);
    });
    request.on('error', reject);
    return promise;
  };
  return Object.assign(read, { [Symbol.dispose]: () => agent.destroy() });
}
