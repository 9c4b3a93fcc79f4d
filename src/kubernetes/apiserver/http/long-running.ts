import type { RequestInfo } from '../request.ts';

const STREAMS = new Set(['attach', 'exec', 'log', 'portforward', 'proxy']);

/** Requests that may go on for as long as the client likes: they have no deadline and are counted apart. */
export function isLongRunning({ verb, subresource }: RequestInfo): boolean {
  return verb === 'watch' || verb === 'proxy' || STREAMS.has(subresource);
}
