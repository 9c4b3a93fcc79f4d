import type { z } from 'zod';
import { RemoteError, toWire } from '../../ipc/errors.ts';
import type { DocumentResult, kubeIpc } from '../../ipc/kube.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import { resourcePath } from '../../kubernetes/machinery/resource.ts';
import { isNotFound } from '../../kubernetes/machinery/status.ts';
import type { KubeConnection } from './connection.ts';
import { findKind, type ServedResource, servedResources } from './discovery.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import { type YamlDocument, yamlDocuments } from './yaml-documents.ts';

type Request = z.output<typeof kubeIpc.members.applyYaml.input>;

/** Creates or applies each document in turn; one that fails does not stop the rest. */
export async function applyYaml(connection: KubeConnection, request: Request, signal: AbortSignal): Promise<DocumentResult[]> {
  const documents = yamlDocuments(request.yaml);
  if (documents.length === 0) throw new RemoteError('There is nothing to create: the text holds no document', 'BadInput');
  const kinds = new Kinds(connection, signal);
  const results: DocumentResult[] = [];
  for (const document of documents) results.push(await applyDocument(connection, kinds, document, request, signal));
  return results;
}

async function applyDocument(
  connection: KubeConnection,
  kinds: Kinds,
  document: YamlDocument,
  request: Request,
  signal: AbortSignal,
): Promise<DocumentResult> {
  const object = document.value as unknown as Partial<KubeObject>;
  const about = { index: document.index, line: document.line, kind: textOf(object.kind), name: textOf(object.metadata?.name) };
  try {
    const type = await kinds.of(object);
    const namespace = type.namespaced ? (object.metadata?.namespace ?? request.namespace ?? 'default') : undefined;
    const outcome = await write(
      connection,
      type,
      { ...object, metadata: { ...object.metadata, namespace } } as KubeObject,
      request,
      signal,
    );
    return { ...about, name: outcome.name ?? about.name, namespace, outcome: outcome.outcome };
  } catch (error) {
    signal.throwIfAborted();
    return { ...about, namespace: textOf(object.metadata?.namespace), outcome: 'failed', error: toWire(error) };
  }
}

async function write(
  connection: KubeConnection,
  type: ServedResource,
  object: KubeObject,
  request: Request,
  signal: AbortSignal,
): Promise<{ outcome: DocumentResult['outcome']; name?: string | undefined }> {
  const { namespace, name } = object.metadata;
  const query = new URLSearchParams({
    fieldManager: FIELD_MANAGER,
    fieldValidation: 'Strict',
    ...(request.dryRun ? { dryRun: 'All' } : {}),
  });
  const text = JSON.stringify(object);
  // Apply needs a name; an object that only has generateName can but be created.
  if (request.mode === 'create' || !name) {
    const path = `${resourcePath(type, { namespace })}?${query}`;
    const made = await connection.json<KubeObject>('POST', path, { body: { contentType: 'application/json', text }, signal });
    return { outcome: 'created', name: made.metadata.name };
  }
  const path = resourcePath(type, { namespace, name });
  const before = await connection.json<KubeObject>('GET', path, { signal }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const after = await connection.json<KubeObject>('PATCH', `${path}?${query}`, {
    body: { contentType: 'application/apply-patch+yaml', text },
    signal,
  });
  if (!before) return { outcome: 'created', name };
  return { outcome: before.metadata.resourceVersion === after.metadata.resourceVersion ? 'unchanged' : 'configured', name };
}

/** What documents say they are, looked up in discovery; asked anew once a kind is missing (a CRD just created). */
class Kinds {
  readonly #connection: KubeConnection;
  readonly #signal: AbortSignal;
  #served: ServedResource[] | undefined;

  constructor(connection: KubeConnection, signal: AbortSignal) {
    this.#connection = connection;
    this.#signal = signal;
  }

  async of({ apiVersion, kind }: Partial<KubeObject>): Promise<ServedResource> {
    if (!apiVersion) throw new RemoteError('apiVersion is missing', 'BadInput');
    if (!kind) throw new RemoteError('kind is missing', 'BadInput');
    const known = this.#served && findKind(this.#served, apiVersion, kind);
    if (known) return known;
    this.#served = await servedResources(this.#connection, this.#signal);
    const found = findKind(this.#served, apiVersion, kind);
    if (!found) throw new RemoteError(`no matches for kind "${kind}" in version "${apiVersion}"`, 'BadInput');
    return found;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
