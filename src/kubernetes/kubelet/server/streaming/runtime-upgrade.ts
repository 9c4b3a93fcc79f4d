import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import type { Socket } from 'node:net';

export interface Upgraded {
  socket: Socket;
  head: Buffer;
  response: IncomingMessage;
}

/** Opens an upgraded connection to the streaming address that the runtime gave out. */
export function upgradeToRuntime(url: string, method: string, headers: OutgoingHttpHeaders): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers: { ...headers, connection: 'Upgrade' }, agent: false });
    outgoing.once('upgrade', (response, socket: Socket, head) => {
      socket.setNoDelay(true);
      resolve({ socket, head, response });
    });
    outgoing.once('response', (response) => {
      response.resume();
      reject(new Error(`the container runtime refused to stream: ${response.statusCode} ${response.statusMessage ?? ''}`));
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
