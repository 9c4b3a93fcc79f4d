import type { ClientFrame, ClientPort, HostFrame, HostPort } from '../../src/ipc/frames.ts';

/** Two ends of a pipe in memory. Frames are copied as JSON would copy them. */
export function portPair() {
  const listeners = {
    host: [] as ((frame: unknown) => void)[],
    client: [] as ((frame: unknown) => void)[],
    hostClose: [] as (() => void)[],
    clientClose: [] as (() => void)[],
    open: [] as (() => void)[],
  };
  let closed = false;
  const copy = <T>(frame: T): T => JSON.parse(JSON.stringify(frame)) as T;
  const client: ClientPort = {
    post(frame: ClientFrame) {
      if (!closed) for (const listener of listeners.host) listener(copy(frame));
    },
    onFrame: (listener) => listeners.client.push(listener),
    onClose: (listener) => listeners.clientClose.push(listener),
    onOpen: (listener) => listeners.open.push(listener),
  };
  const host: HostPort = {
    post(frame: HostFrame) {
      if (!closed) for (const listener of listeners.client) listener(copy(frame));
    },
    onFrame: (listener) => listeners.host.push(listener),
    onClose: (listener) => listeners.hostClose.push(listener),
  };
  return {
    client,
    host,
    close() {
      closed = true;
      for (const listener of [...listeners.hostClose, ...listeners.clientClose]) listener();
    },
    /** The same window, connected anew; the host attaches again. */
    reopen() {
      closed = false;
      listeners.host.length = 0;
      for (const listener of listeners.open) listener();
    },
  };
}
