import { Backoff } from '../../base/backoff.ts';
import type { ClientFrame, ClientPort } from '../../ipc/frames.ts';

/** `refused`: the host answers but does not know this browser (it was restarted, say). */
export type LinkState = 'connecting' | 'open' | 'lost' | 'refused';

/** The web host's WebSocket as a port that dials again whenever it is lost. */
export class WebPort implements ClientPort {
  readonly #url: string;
  readonly #backoff = new Backoff<'dial'>({ base: 250, max: 5_000 });
  readonly #frameListeners: ((frame: unknown) => void)[] = [];
  readonly #openListeners: (() => void)[] = [];
  readonly #closeListeners: (() => void)[] = [];
  readonly #onState: (state: LinkState) => void;
  /** Asked for before the first connection; later frames without one fail instead. */
  readonly #waiting: ClientFrame[] = [];
  #socket: WebSocket | undefined;
  #everOpen = false;

  constructor(url: string, onState: (state: LinkState) => void) {
    this.#url = url;
    this.#onState = onState;
    this.#dial();
  }

  post(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
    else if (!this.#everOpen) this.#waiting.push(frame);
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#frameListeners.push(listener);
  }

  onOpen(listener: () => void): void {
    this.#openListeners.push(listener);
  }

  onClose(listener: () => void): void {
    this.#closeListeners.push(listener);
  }

  #dial(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#everOpen = true;
      this.#backoff.forget('dial');
      this.#onState('open');
      for (const listener of this.#openListeners) listener();
      for (const frame of this.#waiting.splice(0)) socket.send(JSON.stringify(frame));
    };
    socket.onmessage = (event) => {
      const frame: unknown = JSON.parse(String(event.data));
      for (const listener of this.#frameListeners) listener(frame);
    };
    socket.onclose = () => {
      for (const listener of this.#closeListeners) listener();
      void this.#explain();
      setTimeout(() => this.#dial(), this.#backoff.next('dial'));
    };
  }

  /** A WebSocket does not say why it failed; a plain request does. */
  async #explain(): Promise<void> {
    const answer = await fetch('/', { method: 'HEAD' }).catch(() => undefined);
    if (this.#socket?.readyState !== WebSocket.OPEN) this.#onState(answer?.status === 403 ? 'refused' : 'lost');
  }
}
