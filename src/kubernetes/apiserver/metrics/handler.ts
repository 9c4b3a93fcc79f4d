import type { Registry } from 'prom-client';
import type { RequestHandler } from '../extensions.ts';
import { send } from '../http/response.ts';

/** Metrics at `path`, in Prometheus' text format. */
export function metricsHandler(path: string, registry: Registry): RequestHandler {
  return {
    paths: () => [path],
    accepts: ({ info, method }) => method === 'GET' && info.path === path,

    async handle(request, response) {
      const bytes = Buffer.from(await registry.metrics());
      return send(request, response, 200, { type: registry.contentType, bytes });
    },
  };
}
