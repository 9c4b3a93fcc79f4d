import type { ConfigMap, Container, EnvVar, Secret, Service } from '../../api/generated/core-v1.ts';
import type { BoundPod } from '../pods/pod.ts';
import { ContainerConfigError } from './errors.ts';
import { expandVariables } from './expansion.ts';
import type { PodFacts } from './fields.ts';
import { fieldValue, resourceValue } from './fields.ts';
import { hasClusterIP, serviceEnv } from './service-env.ts';

/** Where environment values come from besides the pod. Lookups throw for objects that do not exist. */
export interface EnvSources {
  configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
  /** Services of the namespace, plus `default/kubernetes`. */
  services(): readonly Service[];
  /** `KEY=value` lines of a file in a volume (`fileKeyRef`). */
  fileValue(volumeName: string, path: string, key: string): Promise<string | undefined>;
  facts: PodFacts;
}

/** The container's environment in upstream's order of precedence: services, envFrom, env. */
export async function environmentOf(pod: BoundPod, container: Container, sources: EnvSources): Promise<Map<string, string>> {
  const result = await fromSources(pod, container, sources);
  const services = serviceEnv(visibleServices(pod, sources.services()));
  const own = new Map<string, string>();
  for (const variable of container.env ?? []) {
    const value = await valueFor(pod, container, variable, sources, (name) => own.get(name) ?? result.get(name) ?? services.get(name));
    if (value === undefined) continue;
    own.set(variable.name, value);
    services.delete(variable.name);
    result.set(variable.name, value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return result;
}

/** The API server is always visible; the namespace's own services where links are enabled. */
function visibleServices(pod: BoundPod, services: readonly Service[]): Service[] {
  const links = pod.spec.enableServiceLinks ?? true;
  const isMaster = ({ metadata }: Service) => metadata.namespace === 'default' && metadata.name === 'kubernetes';
  const inNamespace = ({ metadata }: Service) => links && metadata.namespace === pod.metadata.namespace;
  const master = services.filter(isMaster);
  return [...master, ...services.filter((service) => inNamespace(service) && !isMaster(service))].filter(hasClusterIP);
}

async function fromSources(pod: BoundPod, container: Container, sources: EnvSources): Promise<Map<string, string>> {
  const result = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    const { configMapRef, secretRef, prefix = '' } = source;
    const data = configMapRef
      ? await configMapData(pod, configMapRef.name ?? '', configMapRef.optional, sources)
      : await secretData(pod, secretRef?.name ?? '', secretRef?.optional, sources);
    for (const [key, value] of Object.entries(data)) result.set(prefix + key, value);
  }
  return result;
}

type Data = Record<string, string>;

async function configMapData(pod: BoundPod, name: string, optional: boolean | undefined, sources: EnvSources): Promise<Data> {
  const found = await sources.configMap(pod.metadata.namespace, name);
  if (found) return found.data ?? {};
  if (optional) return {};
  throw new ContainerConfigError(`configmap "${name}" not found`);
}

async function secretData(pod: BoundPod, name: string, optional: boolean | undefined, sources: EnvSources): Promise<Data> {
  const found = await sources.secret(pod.metadata.namespace, name);
  if (found) return Object.fromEntries(Object.entries(found.data ?? {}).map(([key, value]) => [key, fromBase64(value)]));
  if (optional) return {};
  throw new ContainerConfigError(`secret "${name}" not found`);
}

const fromBase64 = (text: string) => Buffer.from(text, 'base64').toString('utf8');

type Lookup = (name: string) => string | undefined;

async function valueFor(
  pod: BoundPod,
  container: Container,
  variable: EnvVar,
  sources: EnvSources,
  lookup: Lookup,
): Promise<string | undefined> {
  const from = variable.valueFrom;
  if (variable.value || !from) return expandVariables(variable.value ?? '', lookup);
  if (from.fieldRef) return fieldValue(pod, from.fieldRef.fieldPath, sources.facts);
  if (from.resourceFieldRef) return resourceValue(pod, container, from.resourceFieldRef, sources.facts);
  if (from.configMapKeyRef) return await configMapKey(pod, from.configMapKeyRef, sources);
  if (from.secretKeyRef) return await secretKey(pod, from.secretKeyRef, sources);
  if (from.fileKeyRef) return await fileKey(from.fileKeyRef, sources);
  return '';
}

interface KeyRef {
  name?: string;
  key: string;
  optional?: boolean;
}

async function configMapKey(pod: BoundPod, { name = '', key, optional }: KeyRef, sources: EnvSources): Promise<string | undefined> {
  const data = await configMapData(pod, name, optional, sources);
  if (data[key] !== undefined || optional) return data[key];
  throw new ContainerConfigError(`couldn't find key ${key} in ConfigMap ${pod.metadata.namespace}/${name}`);
}

async function secretKey(pod: BoundPod, { name = '', key, optional }: KeyRef, sources: EnvSources): Promise<string | undefined> {
  const data = await secretData(pod, name, optional, sources);
  if (data[key] !== undefined || optional) return data[key];
  throw new ContainerConfigError(`couldn't find key ${key} in Secret ${pod.metadata.namespace}/${name}`);
}

async function fileKey(
  ref: { volumeName: string; path: string; key: string; optional?: boolean },
  sources: EnvSources,
): Promise<string | undefined> {
  const value = await sources.fileValue(ref.volumeName, ref.path, ref.key);
  if (value !== undefined || ref.optional) return value;
  throw new ContainerConfigError(`environment variable key "${ref.key}" not found in file "${ref.path}"`);
}
