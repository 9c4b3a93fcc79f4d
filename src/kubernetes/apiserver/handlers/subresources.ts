import type { ResourceDefinition, Subresource } from '../../api/define.ts';
import type { DiscoveredKind } from '../extensions.ts';
import type { Handler } from './endpoint.ts';
import { handleGet } from './get.ts';
import { handlePatch } from './patch.ts';
import { methodNotAllowed } from './table.ts';
import { handleUpdate } from './update.ts';

const READ_AND_WRITE = { verbs: ['get', 'patch', 'update'] };

/** The subresources answered here, as discovery shows them; where no kind is given it is the parent's. */
export const OWN_SUBRESOURCES: Readonly<Partial<Record<Subresource, Partial<DiscoveredKind> & { verbs: readonly string[] }>>> = {
  status: READ_AND_WRITE,
  ephemeralcontainers: READ_AND_WRITE,
  resize: READ_AND_WRITE,
  approval: READ_AND_WRITE,
  finalize: { verbs: ['update'] },
};

const METHODS: Readonly<Record<string, { verb: string; handler: Handler }>> = {
  GET: { verb: 'get', handler: handleGet },
  HEAD: { verb: 'get', handler: handleGet },
  PUT: { verb: 'update', handler: handleUpdate },
  PATCH: { verb: 'patch', handler: handlePatch },
};

/** Who answers `method` on a subresource; undefined where the kind has no such subresource. */
export function subresourceHandler(definition: ResourceDefinition, subresource: string, method: string): Handler | undefined {
  const own = definition.subresources?.includes(subresource as Subresource) ? OWN_SUBRESOURCES[subresource as Subresource] : undefined;
  if (!own) return undefined;
  const entry = METHODS[method];
  if (!entry || !own.verbs.includes(entry.verb)) throw methodNotAllowed();
  return entry.handler;
}
