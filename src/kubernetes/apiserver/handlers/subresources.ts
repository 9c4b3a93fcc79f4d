import type { ResourceDefinition, Subresource } from '../../api/define.ts';
import type { DiscoveredKind } from '../extensions.ts';
import { handleBinding } from './binding.ts';
import type { Handler } from './endpoint.ts';
import { handleEviction } from './eviction.ts';
import { handleGet } from './get.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { handlePatch } from './patch.ts';
import { handleGetScale, handlePatchScale, handleUpdateScale } from './scale.ts';
import { handleUpdate } from './update.ts';

interface OwnSubresource {
  /** As in discovery; only where it is not the parent's. */
  readonly kind?: Omit<DiscoveredKind, 'verbs'>;
  readonly get?: Handler;
  readonly update?: Handler;
  readonly patch?: Handler;
  readonly create?: Handler;
}

/** Shows and takes the object's own kind; what it may change is the write path's concern. */
const OWN_KIND: OwnSubresource = { get: handleGet, update: handleUpdate, patch: handlePatch };

/** The subresources answered here. Those that stream or ask come from extensions. */
const SUBRESOURCES: Readonly<Partial<Record<Subresource, OwnSubresource>>> = {
  status: OWN_KIND,
  ephemeralcontainers: OWN_KIND,
  resize: OWN_KIND,
  approval: OWN_KIND,
  finalize: { update: handleUpdate },
  scale: {
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    get: handleGetScale,
    update: handleUpdateScale,
    patch: handlePatchScale,
  },
  binding: { kind: { kind: 'Binding' }, create: handleBinding },
  eviction: { kind: { group: 'policy', version: 'v1', kind: 'Eviction' }, create: handleEviction },
};

const VERB_OF_METHOD: Readonly<Record<string, 'get' | 'update' | 'patch' | 'create'>> = {
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  POST: 'create',
};

/** Who answers `method` on a subresource; undefined where the kind has no such subresource. */
export function subresourceHandler(definition: ResourceDefinition, subresource: string, method: string): Handler | undefined {
  const own = definition.subresources?.includes(subresource as Subresource) ? SUBRESOURCES[subresource as Subresource] : undefined;
  if (!own) return undefined;
  const verb = VERB_OF_METHOD[method];
  const handler = verb && own[verb];
  if (!handler) throw methodNotAllowed();
  return handler;
}

/** How discovery shows a subresource answered here. */
export function discoveredSubresource(name: Subresource, parentKind: string): DiscoveredKind | undefined {
  const own = SUBRESOURCES[name];
  if (!own) return undefined;
  const verbs = (['create', 'get', 'patch', 'update'] as const).filter((verb) => own[verb]);
  return { ...(own.kind ?? { kind: parentKind }), verbs };
}
