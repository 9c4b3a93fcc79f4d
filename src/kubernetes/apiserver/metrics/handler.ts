import type { Registry } from 'prom-client';
import type { RequestHandler } from '../extensions.ts';
import { send } from '../http/response.ts';

/** `/metrics`, in Prometheus' text format. */
export function metricsHandler(registry: Registry): RequestHandler {
  return {
    accepts: ({ info, method }) => method === 'GET' && info.path === '/metrics',

    async handle(request, response) {
      const bytes = Buffer.from(await registry.metrics());
      return send(request, response, 200, { type: registry.contentType, bytes });
    },
  };
}
