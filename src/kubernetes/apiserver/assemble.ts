import type { ServerCore, ServerExtensions } from './extensions.ts';

/** Everything that plugs into the API server, in the order it is asked: the one place to look for what is on. */
export function assemble(_core: ServerCore): ServerExtensions {
  return {
    authenticators: [],
    authorizers: [],
    filters: [],
    admission: [],
    subresources: [],
    virtualResources: [],
    handlers: [],
    observers: [],
    startHooks: [],
  };
}
