import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { AdmissionRequest, AdmissionResponse } from '../../src/kubernetes/api/generated/admission-v1.ts';
import type { KeyPair } from '../../src/kubernetes/apiserver/config.ts';

/** What a webhook says; `patch` as operations. Undefined leaves the question unanswered. */
export interface Reply extends Omit<AdmissionResponse, 'patch'> {
  patch?: object[];
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every kind
export type Asked = AdmissionRequest & { object?: any; oldObject?: any; options?: any };
export type Hook = (request: Asked) => Reply | Response | undefined;

/** An admission webhook server over TLS on loopback: hooks by path, and what they were asked. */
export class WebhookServer implements AsyncDisposable {
  readonly hooks = new Map<string, Hook>();
  readonly asked: { path: string; request: Asked; connection: number | undefined }[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start({ cert, key }: KeyPair): Promise<WebhookServer> {
    const server = createServer({ cert, key, keepAliveTimeout: 60_000 });
    const self = new WebhookServer(server);
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const review = JSON.parse(Buffer.concat(chunks).toString()) as { apiVersion: string; request: Asked };
      const path = new URL(request.url ?? '/', 'https://hook').pathname;
      self.asked.push({ path, request: review.request, connection: request.socket.remotePort });
      const reply = self.hooks.get(path)?.(review.request);
      if (!reply) return;
      if (reply instanceof Response) {
        response.writeHead(reply.status, { 'content-type': 'text/plain' });
        response.end(await reply.text());
        return;
      }
      const { patch, ...rest } = reply;
      const patched = patch ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') } : {};
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          kind: 'AdmissionReview',
          apiVersion: review.apiVersion,
          response: { uid: review.request.uid, ...patched, ...rest },
        }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return self;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `https://127.0.0.1:${this.port}${path}`;
  }

  /** What a path was asked, in order. */
  requestsTo(path: string): Asked[] {
    return this.asked.filter((one) => one.path === path).map(({ request }) => request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
