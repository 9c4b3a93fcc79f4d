import { badRequest } from '../machinery/status.ts';
import type { HistoryQuery } from './history-api.ts';

const KINDS: readonly string[] = ['node', 'pod', 'container'] satisfies HistoryQuery['kind'][];

/** Reads the query of `/history`; throws an ApiError that says what is wrong with it. */
export function readHistoryQuery(query: URLSearchParams): HistoryQuery {
  const kind = query.get('kind') ?? '';
  const name = query.get('name') ?? '';
  if (!KINDS.includes(kind)) throw badRequest(`kind must be one of ${KINDS.join(', ')}, not "${kind}"`);
  if (!name) throw badRequest('name is required');
  if (kind !== 'node' && !query.get('namespace')) throw badRequest(`namespace is required for a ${kind}`);
  if (kind === 'container' && !query.get('container')) throw badRequest('container is required');
  const number = (field: string) => {
    const text = query.get(field);
    if (text === null) return {};
    const value = Number(text);
    if (!(value >= 0)) throw badRequest(`${field} must be a number that is not negative, not "${text}"`);
    return { [field]: value };
  };
  return {
    kind: kind as HistoryQuery['kind'],
    name,
    ...(query.get('namespace') && kind !== 'node' ? { namespace: query.get('namespace') as string } : {}),
    ...(kind === 'container' ? { container: query.get('container') as string } : {}),
    ...number('minutes'),
    ...number('since'),
  };
}
