import { expect, type TestContext, test } from 'vitest';
import { type Anything, type ClusterApi, clusterApi } from './cluster-api.ts';
import { conformanceKubeconfig, uniqueSuffix } from './conformance-cluster.ts';
import { type Kubectl, kubectlWith } from './kubectl.ts';
import { eventually } from './process.ts';

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A schema that takes whatever it is given. */
export const ANYTHING = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

export interface KindSketch {
  /** One of the test's own unless given. */
  group?: string;
  /** The first is stored. */
  versions?: readonly string[];
  schema?: object;
  /** What a version has of its own, such as another schema. */
  version?(name: string): object;
  conversion?: object;
  scope?: 'Cluster' | 'Namespaced';
  /** Where its paths lead; `default` unless given. */
  namespace?: string;
  labels?: Record<string, string>;
}

/** A kind that a definition of a test's own describes. */
export interface CustomKind {
  /** Of the definition. */
  name: string;
  group: string;
  kind: string;
  plural: string;
  /** The objects of a version, or one of them; those in one namespace where there are namespaces. */
  path(version: string, name?: string): string;
  /** An object of a version. */
  object(version: string, name: string, fields?: object): Anything;
  /** What OpenAPI calls the kind. */
  openApiName(version: string): string;
}

export interface KindSpace extends ClusterApi {
  kubectl: Kubectl;
  /** Creates a definition and waits until its objects are served; it goes with the test. */
  define(sketch?: KindSketch): Promise<CustomKind>;
}

/** A behaviour of custom resources, tried with kinds of its own beside the file's other behaviours. */
export function kindBehaviour(name: string, body: (space: KindSpace, context: TestContext) => Promise<void>): void {
  test.concurrent(name, async (context) => {
    const api = await clusterApi();
    const kubectl = kubectlWith({ KUBECONFIG: await conformanceKubeconfig() });
    await body({ ...api, kubectl, define: (sketch) => defineKind(api, context, sketch) }, context);
  });
}

/** Creates a definition and waits until its objects are served; it goes with the test. */
export async function defineKind(api: ClusterApi, context: TestContext, sketch: KindSketch = {}): Promise<CustomKind> {
  const { versions = ['v1'], scope = 'Cluster', namespace = 'default' } = sketch;
  const suffix = uniqueSuffix();
  const kind = `Thing${suffix}`;
  const plural = `${kind.toLowerCase()}s`;
  const group = sketch.group ?? `${suffix}.conformance.example.com`;
  const name = `${plural}.${group}`;
  const definition = await api.create(CRDS, definitionOf(name, { group, kind, plural }, { ...sketch, versions, scope }));
  context.onTestFinished(async () => {
    await api.ask('DELETE', `${CRDS}/${definition.metadata.name}`);
  });
  const made: CustomKind = {
    name,
    group,
    kind,
    plural,
    path: (version, object) => {
      const inside = scope === 'Cluster' ? plural : `namespaces/${namespace}/${plural}`;
      return `/apis/${group}/${version}/${inside}${object ? `/${object}` : ''}`;
    },
    object: (version, object, fields = {}) => ({ apiVersion: `${group}/${version}`, kind, metadata: { name: object }, ...fields }),
    openApiName: (version) => [...group.split('.').reverse(), version, kind].join('.'),
  };
  await eventually(async () => {
    const { status } = await api.get(`${CRDS}/${name}`);
    expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
    await Promise.all(versions.map((version) => api.get(made.path(version))));
  }, 30);
  return made;
}

function definitionOf(
  name: string,
  { group, kind, plural }: Pick<CustomKind, 'group' | 'kind' | 'plural'>,
  { versions = [], version = () => ({}), scope, schema = ANYTHING, labels, conversion }: KindSketch,
): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, labels },
    spec: {
      group,
      scope,
      conversion,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: versions.map((one, index) => ({
        name: one,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema: schema },
        ...version(one),
      })),
    },
  };
}
