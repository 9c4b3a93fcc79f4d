import { setTimeout as sleep } from 'node:timers/promises';
import type { Anything } from './answers.ts';

interface Verdict {
  allowed: boolean;
  status?: { message: string };
  patch?: object[];
  warnings?: string[];
}
type Hook = (request: Anything) => Verdict | Promise<Verdict>;

const UNWANTED = 'webhook-disallow';
const allowed: Verdict = { allowed: true };
const denied = (message: string): Verdict => ({ allowed: false, status: { message } });
const unless = (reasons: (string | false)[]): Verdict => {
  const given = reasons.filter(Boolean);
  return given.length > 0 ? denied(given.join('; ')) : allowed;
};
const labelOf = (object: Anything): string | undefined => object.metadata.labels?.['webhook-e2e-test'];
const isUnwanted = (object: Anything): boolean => object.data?.['webhook-e2e-test'] === UNWANTED;

const never = () => new Promise<Verdict>(() => {});

function pods({ object }: Anything): Verdict | Promise<Verdict> {
  if (labelOf(object) === 'wait-forever') return never();
  const names: string[] = object.spec.containers.map(({ name }: Anything) => name);
  return unless([
    names.some((name) => name.includes(UNWANTED)) && 'the pod contains unwanted container name',
    labelOf(object) === UNWANTED && 'the pod contains unwanted label',
  ]);
}

function attach({ name, operation, resource, subResource, object }: Anything): Verdict {
  if (operation !== 'CONNECT' || resource.resource !== 'pods' || subResource !== 'attach') return denied('not an attach');
  return object.stdin && object.container === 'container1' ? denied(`attaching to pod '${name}' is not allowed`) : allowed;
}

function customResource({ operation, object, oldObject }: Anything): Verdict {
  if (operation === 'CREATE') return isUnwanted(object) ? denied('the custom resource contains unwanted data') : allowed;
  const verb = operation === 'DELETE' ? 'deleted' : 'updated';
  return isUnwanted(oldObject) ? denied(`the custom resource cannot be ${verb} because it contains unwanted key and value`) : allowed;
}

/** Each stage adds its key once that of the stage before is there. */
function stages({ object }: Anything): Verdict {
  const data = object.data ?? {};
  const add = (key: string) => ({ op: 'add', path: `/data/${key}`, value: 'yes' });
  const patch = [
    ...(data['mutation-start'] === 'yes' && !data['mutation-stage-1'] ? [add('mutation-stage-1')] : []),
    ...(data['mutation-stage-1'] === 'yes' && !data['mutation-stage-2'] ? [add('mutation-stage-2')] : []),
  ];
  return { allowed: true, patch };
}

function initContainer({ object }: Anything): Verdict {
  const added = { name: 'webhook-added-init-container', image: object.spec.containers[0].image };
  if (object.spec.initContainers?.some(({ name }: Anything) => name === added.name)) return allowed;
  const value = object.spec.initContainers ? added : [added];
  return { allowed: true, patch: [{ op: 'add', path: `/spec/initContainers${object.spec.initContainers ? '/-' : ''}`, value }] };
}

function addLabel({ object }: Anything): Verdict {
  const patch = object.metadata.labels
    ? { op: 'add', path: '/metadata/labels/added-label', value: 'yes' }
    : { op: 'add', path: '/metadata/labels', value: { 'added-label': 'yes' } };
  return { allowed: true, patch: [patch] };
}

const hooks: Readonly<Record<string, Hook>> = {
  '/always-allow': () => ({ allowed: true, warnings: ['seen by a webhook'] }),
  '/always-allow-delay-2s': () => sleep(2000, allowed),
  '/always-deny': () => denied('this webhook denies all requests'),
  '/pods': pods,
  '/pods/attach': attach,
  '/configmaps': ({ object }) => (isUnwanted(object) ? denied('the configmap contains unwanted key and value') : allowed),
  '/custom-resource': customResource,
  '/crd': ({ object }) => (labelOf(object) === UNWANTED ? denied('the crd contains unwanted label') : allowed),
  '/mutating-data': stages,
  '/mutating-pods': initContainer,
  '/add-label': addLabel,
};

/** The review answered, or undefined where the path is none of a webhook. */
export async function review(path: string, { apiVersion, kind, request }: Anything): Promise<object | undefined> {
  const verdict = await hooks[path]?.(request);
  if (!verdict) return undefined;
  const { patch = [], ...rest } = verdict;
  const patched = patch.length > 0 ? { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') } : {};
  return { apiVersion, kind, response: { uid: request.uid, ...rest, ...patched } };
}
