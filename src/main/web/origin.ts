import type { IncomingMessage } from 'node:http';

/**
 * Whether a request was made by our own page. A foreign Host means DNS rebinding, a foreign Origin another site in
 * the same browser: neither gets an answer even with the cookie.
 */
export function isOwnRequest(request: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host, origin } = request.headers;
  if (!host || !hosts.includes(host)) return false;
  return origin === undefined || hosts.some((own) => origin === `http://${own}`);
}
