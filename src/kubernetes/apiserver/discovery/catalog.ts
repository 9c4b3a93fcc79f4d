import type { ResourceDefinition, Verb } from '../../api/define.ts';
import { groupResource } from '../../machinery/resource.ts';
import type { SubresourceHandler, VirtualResource } from '../extensions.ts';
import { discoveredSubresource } from '../handlers/subresources.ts';

/** One path of a group and version, as discovery describes it. */
export interface DiscoveredResource {
  /** `pods`, `pods/status`. */
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** Only where the kind's own differ. */
  readonly group?: string;
  readonly version?: string;
  /** Of custom resources: upstream tells their group and version even where nothing differs, in the aggregated document alone. */
  readonly own?: { readonly group: string; readonly version: string };
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  /** The version objects are stored as; absent for what is not stored. */
  readonly storedAs?: string;
}

export interface DiscoveredVersion {
  readonly version: string;
  readonly resources: readonly DiscoveredResource[];
  /** Of another server that does not answer at the moment: this is what it last said. */
  readonly stale?: boolean;
}

export interface DiscoveredGroup {
  readonly name: string;
  /** Preferred version first. */
  readonly versions: readonly DiscoveredVersion[];
}

/** The order in which groups are offered: a client that knows several takes the first. */
const GROUP_ORDER = [
  '',
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];

export interface Served {
  readonly definitions: readonly ResourceDefinition[];
  readonly subresources: readonly SubresourceHandler[];
  readonly virtualResources: readonly VirtualResource[];
}

/** Everything that is served, grouped and ordered as discovery shows it. */
export function catalogOf(served: Served): DiscoveredGroup[] {
  const groups = new Map<string, Map<string, DiscoveredResource[]>>();
  const add = (group: string, version: string, resource: DiscoveredResource) => {
    const versions = groups.get(group) ?? new Map<string, DiscoveredResource[]>();
    groups.set(group, versions);
    versions.set(version, [...(versions.get(version) ?? []), resource]);
  };
  for (const definition of served.definitions) {
    add(definition.group, definition.version, mainResource(definition));
    for (const sub of subresourcesOf(definition, served)) add(definition.group, definition.version, sub);
  }
  for (const virtual of served.virtualResources) add(virtual.group, virtual.version, virtualResource(virtual));
  return [...groups]
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, versions]) => ({
      name,
      versions: [...versions]
        .sort(([a], [b]) => compareVersions(b, a))
        .map(([version, resources]) => ({ version, resources: resources.sort(byName) })),
    }));
}

function rank(group: string): number {
  const at = GROUP_ORDER.indexOf(group);
  return at < 0 ? GROUP_ORDER.length : at;
}

/** `v2` over `v1`, and both over `v2beta1`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionParts(a), versionParts(b)];
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return (left[i] as number) - (right[i] as number);
  return a < b ? 1 : -1;
}

function versionParts(version: string): [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [-1, 0, 0];
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

const byName = (a: DiscoveredResource, b: DiscoveredResource) => (a.name < b.name ? -1 : 1);

function mainResource(definition: ResourceDefinition): DiscoveredResource {
  const { plural, singular, namespaced, kind, shortNames, categories } = definition;
  const verbs = [...(definition.custom?.shownVerbs ?? definition.verbs)].sort() as Verb[];
  const listed = lists({ shortNames, categories });
  return { name: plural, singular, namespaced, kind, verbs, ...listed, ...ownKind(definition), storedAs: storageVersionOf(definition) };
}

function ownKind({ custom, group, version }: ResourceDefinition): Pick<DiscoveredResource, 'own'> {
  return custom ? { own: { group, version } } : {};
}

function lists(of: {
  shortNames: readonly string[] | undefined;
  categories: readonly string[] | undefined;
}): Pick<DiscoveredResource, 'shortNames' | 'categories'> {
  return {
    ...(of.shortNames?.length ? { shortNames: of.shortNames } : {}),
    ...(of.categories?.length ? { categories: of.categories } : {}),
  };
}

function* subresourcesOf(definition: ResourceDefinition, { subresources }: Served): Iterable<DiscoveredResource> {
  const { plural, namespaced } = definition;
  for (const name of definition.subresources ?? []) {
    const own = discoveredSubresource(name, definition.kind);
    if (own) yield { name: `${plural}/${name}`, singular: '', namespaced, ...ownKind(definition), ...own };
  }
  for (const { path, discovery } of subresources) {
    const [parent, name] = path.split('/') as [string, string];
    if (parent === groupResource(definition)) yield { name: `${plural}/${name}`, singular: '', namespaced, ...discovery };
  }
}

function virtualResource({ plural, singular, subresource, namespaced, kind, kindGroup, kindVersion }: VirtualResource): DiscoveredResource {
  return {
    name: subresource ? `${plural}/${subresource}` : plural,
    singular: subresource ? '' : singular,
    namespaced,
    kind,
    verbs: ['create'],
    ...(kindGroup === undefined ? {} : { group: kindGroup }),
    ...(kindVersion === undefined ? {} : { version: kindVersion }),
  };
}

/** Kinds that upstream stores at another version than the one it serves. */
const STORED_ELSEWHERE: Readonly<Record<string, string>> = {
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'apiextensions.k8s.io/v1beta1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy': 'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding': 'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding',
};

function storageVersionOf(definition: ResourceDefinition): string {
  const { group, version, kind } = definition.storedAs?.definition ?? definition;
  const stored = `${group}/${version}/${kind}`;
  return STORED_ELSEWHERE[stored] ?? stored;
}
