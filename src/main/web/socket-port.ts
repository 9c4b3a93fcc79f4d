import { WebSocket } from 'ws';
import type { HostPort } from '../../ipc/frames.ts';

/** More than this unsent and the sender waits. */
const HIGH_WATER = 1024 * 1024;

/** A browser's WebSocket as a port: one JSON frame a message. */
export function socketPort(socket: WebSocket): HostPort {
  return {
    post(frame) {
      if (socket.readyState !== WebSocket.OPEN) return;
      const text = JSON.stringify(frame);
      if (socket.bufferedAmount < HIGH_WATER) {
        socket.send(text);
        return;
      }
      return new Promise((resolve) => socket.send(text, () => resolve()));
    },
    onFrame(listener) {
      socket.on('message', (data: Buffer) => {
        const frame = parse(data.toString('utf8'));
        if (frame !== undefined) listener(frame);
      });
    },
    onClose(listener) {
      socket.on('close', listener);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
