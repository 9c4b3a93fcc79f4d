import type { Registry } from 'prom-client';
import type { RequestHandler } from '../extensions.ts';
import { send } from '../http/response.ts';

/** Metrics at `path`, in Prometheus' text format. */
export function metricsHandler(path: string, registry: Registry): RequestHandler {
  return {
    paths: () => [path],
    accepts: ({ info, method }) => method === 'GET' && info.path === path,

    async handle(request, response) {
      const bytes = Buffer.from(await textOf(registry));
      return send(request, response, 200, { type: registry.contentType, bytes });
    },
  };
}

/** As in Go, what has no value yet is not even named. */
async function textOf(registry: Registry): Promise<string> {
  const families = await Promise.all(registry.getMetricsAsArray().map(({ name }) => registry.getSingleMetricAsString(name)));
  return `${families.filter((text) => /^[^#]/m.test(text)).join('\n')}\n`;
}
