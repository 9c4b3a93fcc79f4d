import { connect, type TLSSocket } from 'node:tls';

const END_OF_HEAD = Buffer.from('\r\n\r\n');

export interface Reply {
  status: number;
  length: number;
}

/**
 * One HTTP/1.1 connection that asks one thing at a time, by hand: a client so thin that the server is what is
 * measured. Understands answers with a Content-Length only.
 */
export class Connection {
  readonly #socket: TLSSocket;
  readonly #head: string;
  #received: Buffer[] = [];
  #size = 0;
  #expected = -1;
  #status = 0;
  #resolve: ((reply: Reply) => void) | undefined;

  private constructor(socket: TLSSocket, token: string) {
    this.#socket = socket;
    this.#head = `Host: bench\r\nAuthorization: Bearer ${token}\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n`;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
  }

  static open(port: number, ca: string, token: string): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] }, () => resolve(new Connection(socket, token)));
      socket.once('error', reject);
    });
  }

  ask(method: string, path: string, body?: string, type = 'application/json'): Promise<Reply> {
    const content = body === undefined ? '' : `Content-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${content}\r\n${body ?? ''}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#expected < 0) this.#readHead();
    if (this.#expected < 0 || this.#size < this.#expected) return;
    const reply = { status: this.#status, length: this.#expected };
    this.#received = [];
    this.#size = 0;
    this.#expected = -1;
    this.#resolve?.(reply);
  }

  #readHead(): void {
    const all = this.#received.length === 1 ? (this.#received[0] as Buffer) : Buffer.concat(this.#received);
    const end = all.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = all.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    this.#expected = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  }
}
