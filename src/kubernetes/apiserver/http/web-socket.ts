import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RequestContext } from '../request.ts';

/** The client's side of an upgrade that nobody has answered yet. */
export interface UpgradeRequest {
  readonly request: RequestContext;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Opens the WebSocket that an upgrade asks for. No protocol: none is named. */
export function acceptWebSocket({ request, socket, head }: UpgradeRequest, protocol: string): Promise<WebSocket> {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, handleProtocols: () => protocol || false });
  // Of a request, its method and headers are all that is looked at.
  return new Promise((resolve) => server.handleUpgrade(request as unknown as IncomingMessage, socket, head, resolve));
}
