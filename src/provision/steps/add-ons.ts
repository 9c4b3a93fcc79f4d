import { parseAllDocuments } from 'yaml';
import { whileDoing } from '../../base/errors.ts';
import { deployments } from '../../kubernetes/api/resources.ts';
import type { ApiClient } from '../../kubernetes/client/api-client.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import { apiVersionOf, parseApiVersion, type ResourceType } from '../../kubernetes/machinery/resource.ts';
import type { CreateContext } from './create-context.ts';
import type { Step } from './step.ts';
import { waitForObjects, within } from './wait.ts';

const LIMIT_SECONDS = 120;

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/** Where a kind is served, by the server's own discovery; asked once per group and version. */
async function discover(api: ApiClient, apiVersion: string, signal: AbortSignal): Promise<ResourceType[]> {
  const { group, version } = parseApiVersion(apiVersion);
  const text = await api.raw('GET', group ? `/apis/${apiVersion}` : `/api/${version}`, undefined, signal);
  const { resources } = JSON.parse(text) as { resources: ApiResource[] };
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced }) => ({ group, version, kind, plural: name, namespaced }));
}

/** Applies every object of some YAML texts, in order, server-side: running it again changes nothing. */
export async function applyManifests(api: ApiClient, manifests: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
  const served = new Map<string, Promise<ResourceType[]>>();
  const objects = Object.entries(manifests).flatMap(([file, text]) =>
    parseAllDocuments(text).map((document) => ({ file, object: document.toJS() as KubeObject | null })),
  );
  for (const { file, object } of objects) {
    if (!object) continue;
    const { apiVersion = '', kind = '' } = object;
    if (!served.has(apiVersion)) served.set(apiVersion, discover(api, apiVersion, signal));
    const type = (await served.get(apiVersion))?.find((candidate) => candidate.kind === kind && apiVersionOf(candidate) === apiVersion);
    if (!type) throw new Error(`${file}: the API server does not serve ${kind} in ${apiVersion}`);
    const { name = '', namespace } = object.metadata;
    try {
      await api.patch(type, { name, namespace }, object, { type: 'apply', fieldManager: 'slipway', force: true }, signal);
    } catch (error) {
      throw whileDoing(`applying ${kind} ${name} of ${file}`, error);
    }
  }
}

export const addOnsStep: Step<CreateContext> = {
  name: 'add-ons',
  title: 'Installing DNS and metrics',
  run: (context) => applyManifests(context.api(), context.addOns, context.signal),
};

/** Waits until the cluster's DNS answers: its readiness probe asks it. `absentIsFine`: where a user may have deleted it. */
export async function waitForDns(api: ApiClient, absentIsFine: boolean, outer: AbortSignal): Promise<void> {
  const options = { namespace: 'kube-system', fieldSelector: 'metadata.name=coredns' };
  await within(
    LIMIT_SECONDS,
    () => 'DNS did not answer',
    outer,
    (signal) => waitForObjects(api, deployments, options, ([dns]) => (dns ? (dns.status?.readyReplicas ?? 0) > 0 : absentIsFine), signal),
  );
}

export const dnsStep: Step<CreateContext> = {
  name: 'dns',
  title: 'Waiting for DNS',
  run: (context) => waitForDns(context.api(), false, context.signal),
};
