import type { RequestHandler } from '../extensions.ts';
import { sendText } from '../http/response.ts';

/** One thing that must be well; throws when it is not. */
export interface HealthCheck {
  readonly name: string;
  check(signal: AbortSignal): void | Promise<void>;
}

/** `/healthz`, `/livez` or `/readyz`, with `/<check>`, `?verbose` and `?exclude=<check>`. */
export function healthHandler(path: string, checks: readonly HealthCheck[]): RequestHandler {
  return {
    accepts: ({ info, method }) =>
      (method === 'GET' || method === 'HEAD') && (info.path === path || checks.some(({ name }) => info.path === `${path}/${name}`)),

    async handle(request, response) {
      const excluded = new Set(request.query.getAll('exclude'));
      const asked = request.info.path === path ? checks : checks.filter(({ name }) => request.info.path === `${path}/${name}`);
      const results = await Promise.all(asked.map((check) => outcome(check, excluded, request.signal)));
      const well = results.every(({ ok }) => ok);
      const verbose = request.query.has('verbose') || !well;
      const lines = results.map(({ line }) => line).join('\n');
      const verdict = `${path.slice(1)} check ${well ? 'passed' : 'failed'}\n`;
      return sendText(request, response, well ? 200 : 500, verbose ? `${lines}\n${verdict}` : 'ok');
    },
  };
}

async function outcome(check: HealthCheck, excluded: ReadonlySet<string>, signal: AbortSignal): Promise<{ ok: boolean; line: string }> {
  if (excluded.has(check.name)) return { ok: true, line: `[+]${check.name} excluded: ok` };
  try {
    await check.check(signal);
    return { ok: true, line: `[+]${check.name} ok` };
  } catch {
    return { ok: false, line: `[-]${check.name} failed: reason withheld` };
  }
}
