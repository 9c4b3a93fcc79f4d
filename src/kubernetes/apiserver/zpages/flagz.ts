import type { RequestHandler } from '../extensions.ts';
import { zpageHandler } from './zpage.ts';

/** `/flagz`: the flags this program was started with. */
export function flagzHandler(flags: Readonly<Record<string, string>>): RequestHandler {
  const sorted = Object.entries(flags).sort(([a], [b]) => (a < b ? -1 : 1));
  return zpageHandler({
    path: '/flagz',
    kind: 'Flagz',
    text: () => sorted.map(([name, value]) => `${name}=${value}\n`).join(''),
    fields: () => (sorted.length > 0 ? { flags: Object.fromEntries(sorted) } : {}),
  });
}
