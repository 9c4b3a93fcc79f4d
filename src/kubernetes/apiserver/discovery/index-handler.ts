import type { RequestHandler } from '../extensions.ts';
import { send } from '../http/response.ts';

/** `/`: every path there is, for people who find their way by hand. */
export function indexHandler(paths: () => readonly string[]): RequestHandler {
  return {
    accepts: ({ info, method }) => (info.path === '/' || info.path === '/index.html') && method === 'GET',
    handle: (request, response) => {
      const text = JSON.stringify({ paths: paths() }, undefined, 2);
      return send(request, response, 200, { type: 'application/json', bytes: Buffer.from(text) });
    },
  };
}

/** The paths of all handlers, once each and in order. */
export function listedPaths(handlers: readonly RequestHandler[]): string[] {
  return [...new Set(handlers.flatMap(({ paths }) => paths?.() ?? []))].sort();
}
