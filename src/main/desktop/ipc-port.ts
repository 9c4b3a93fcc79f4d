import { type IpcMainEvent, ipcMain, type WebContents } from 'electron';
import type { HostPort } from '../../ipc/frames.ts';
import type { IpcHost } from '../../ipc/host.ts';
import { isOwnPage } from './page-protocol.ts';

const CHANNEL = 'slipway';

/** Answers a window. Every page load is a new port: a reloaded page knows nothing of the old one's calls. */
export function attachWindow(host: IpcHost, contents: WebContents): void {
  let current: PagePort | undefined;
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (!isMainFrame || isSameDocument) return;
    current?.close();
    current = new PagePort(contents);
    host.attach(current);
  });
  contents.once('destroyed', () => current?.close());
}

/** One page's side of Electron's IPC. Frames of any page but ours are dropped. */
class PagePort implements HostPort {
  readonly #contents: WebContents;
  readonly #frameListeners: ((frame: unknown) => void)[] = [];
  readonly #closeListeners: (() => void)[] = [];

  constructor(contents: WebContents) {
    this.#contents = contents;
    ipcMain.on(CHANNEL, this.#receive);
  }

  post(frame: unknown): void {
    if (!this.#contents.isDestroyed()) this.#contents.send(CHANNEL, frame);
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#frameListeners.push(listener);
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  close(): void {
    ipcMain.off(CHANNEL, this.#receive);
    for (const listener of this.#closeListeners.splice(0)) listener();
  }

  readonly #receive = (event: IpcMainEvent, frame: unknown): void => {
    if (event.sender !== this.#contents || !isOwnPage(event.senderFrame?.url)) return;
    for (const listener of this.#frameListeners) listener(frame);
  };
}
