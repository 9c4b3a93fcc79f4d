import type { ClientFrame, ClientPort } from '../../ipc/frames.ts';

/** What the preload script puts on `window`: one pipe to main, nothing else. */
export interface DesktopBridge {
  post(frame: ClientFrame): void;
  onFrame(listener: (frame: unknown) => void): void;
}

declare global {
  interface Window {
    slipway?: DesktopBridge;
  }
}

/** Electron's IPC as a port; it lives as long as the window. */
export function desktopPort(bridge: DesktopBridge): ClientPort {
  return {
    post: (frame) => bridge.post(frame),
    onFrame: (listener) => bridge.onFrame(listener),
    onClose() {},
    onOpen(listener) {
      queueMicrotask(listener);
    },
  };
}
