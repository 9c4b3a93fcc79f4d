import type { RequestHandler } from '../extensions.ts';
import { sendText } from '../http/response.ts';
import type { HealthMeter } from '../metrics/health-meter.ts';

/** One thing that must be well; throws when it is not. */
export interface HealthCheck {
  readonly name: string;
  check(signal: AbortSignal): void | Promise<void>;
}

interface Outcome {
  readonly name: string;
  readonly ok: boolean;
  readonly line: string;
}

/** `/healthz`, `/livez` or `/readyz`, with `/<check>`, `?verbose` and `?exclude=<check>`. */
export function healthHandler(path: string, checks: readonly HealthCheck[], meter: HealthMeter): RequestHandler {
  return {
    paths: () => [path, ...checks.map(({ name }) => `${path}/${name}`)],

    accepts: ({ info, method }) =>
      (method === 'GET' || method === 'HEAD') && (info.path === path || checks.some(({ name }) => info.path === `${path}/${name}`)),

    async handle(request, response) {
      const excluded = new Set(request.query.getAll('exclude'));
      const asked = request.info.path === path ? checks : checks.filter(({ name }) => request.info.path === `${path}/${name}`);
      const results = await Promise.all(asked.map((check) => outcome(check, excluded, request.signal)));
      for (const { name, ok } of results) if (!excluded.has(name)) meter.record(path.slice(1), name, ok);
      const well = results.every(({ ok }) => ok);
      const verbose = request.query.has('verbose') || !well;
      const lines = results.map(({ line }) => line).join('\n');
      const verdict = `${path.slice(1)} check ${well ? 'passed' : 'failed'}\n`;
      return sendText(request, response, well ? 200 : 500, verbose ? `${lines}\n${verdict}` : 'ok');
    },
  };
}

async function outcome(check: HealthCheck, excluded: ReadonlySet<string>, signal: AbortSignal): Promise<Outcome> {
  const { name } = check;
  if (excluded.has(name)) return { name, ok: true, line: `[+]${name} excluded: ok` };
  try {
    await check.check(signal);
    return { name, ok: true, line: `[+]${name} ok` };
  } catch {
    return { name, ok: false, line: `[-]${name} failed: reason withheld` };
  }
}
