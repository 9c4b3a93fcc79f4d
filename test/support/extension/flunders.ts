import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Answer, type Anything, failure, ok } from './answers.ts';

/** What a request wants of the flunders. */
export interface Wanted {
  readonly namespace: string;
  readonly name: string;
  readonly verb: string;
  readonly query: URLSearchParams;
  readonly asTable: boolean;
  readonly body: Anything;
}

const COLUMNS = ['Name', 'Reference'].map((name) => ({ name, type: 'string', format: '', description: name, priority: 0 }));

/** Objects in memory, with versions and watches, as an API server has them. */
export class Flunders {
  readonly #apiVersion: string;
  readonly #objects = new Map<string, Anything>();
  readonly #watchers = new Set<(type: string, object: Anything) => void>();
  readonly #group: string;
  #revision = 1;

  constructor(group: string, version: string) {
    this.#group = group;
    this.#apiVersion = `${group}/${version}`;
  }

  answer(wanted: Wanted): Answer {
    const { verb, name } = wanted;
    if (verb === 'list') return ok(this.#shown(this.#selected(wanted), wanted.asTable));
    if (verb === 'watch') return { code: 200, stream: (response) => this.#watch(wanted, response) };
    if (verb === 'create') return this.#create(wanted);
    if (verb === 'deletecollection') return this.#deleteAll(wanted);
    const object = this.#objects.get(keyOf(wanted));
    if (!object) return failure(404, 'NotFound', `flunders.${this.#group} "${name}" not found`);
    if (verb === 'get') return ok(wanted.asTable ? this.#table([object]) : object);
    if (verb === 'delete') return ok(this.#delete(object));
    return this.#update(object, verb === 'patch' ? merged(object, wanted.body) : wanted.body);
  }

  #create({ namespace, body }: Wanted): Answer {
    const { name } = body.metadata;
    if (this.#objects.has(keyOf({ namespace, name }))) {
      return failure(409, 'AlreadyExists', `flunders.${this.#group} "${name}" already exists`);
    }
    const creationTimestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const metadata = { ...body.metadata, namespace, uid: randomUUID(), creationTimestamp };
    return ok(this.#store('ADDED', { ...body, apiVersion: this.#apiVersion, kind: 'Flunder', metadata }), 201);
  }

  #update(before: Anything, after: Anything): Answer {
    const { resourceVersion } = after.metadata;
    if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) {
      return failure(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version and try again');
    }
    return ok(this.#store('MODIFIED', after));
  }

  #store(type: string, object: Anything): Anything {
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } };
    this.#objects.set(keyOf(stored.metadata), stored);
    this.#tell(type, stored);
    return stored;
  }

  #delete(object: Anything): Anything {
    this.#objects.delete(keyOf(object.metadata));
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(++this.#revision) } };
    this.#tell('DELETED', last);
    return last;
  }

  #deleteAll(wanted: Wanted): Answer {
    const removed = this.#selected(wanted);
    for (const object of removed) this.#delete(object);
    return ok(this.#shown(removed, false));
  }

  #selected({ namespace, query }: Wanted): Anything[] {
    return [...this.#objects.values()].filter((object) => isSelected(object, namespace, query));
  }

  #shown(objects: readonly Anything[], asTable: boolean): object {
    if (asTable) return this.#table(objects);
    return { kind: 'FlunderList', apiVersion: this.#apiVersion, metadata: { resourceVersion: String(this.#revision) }, items: objects };
  }

  #table(objects: readonly Anything[]): object {
    return {
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: String(this.#revision) },
      columnDefinitions: COLUMNS,
      rows: objects.map((object) => ({
        cells: [object.metadata.name, object.spec?.reference ?? '<none>'],
        object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
      })),
    };
  }

  #watch({ namespace, query, asTable }: Wanted, response: ServerResponse): void {
    const tell = (type: string, object: Anything) => {
      if (!isSelected(object, namespace, query)) return;
      response.write(`${JSON.stringify({ type, object: asTable ? this.#table([object]) : object })}\n`);
    };
    if (!query.get('resourceVersion')) for (const object of this.#objects.values()) tell('ADDED', object);
    this.#watchers.add(tell);
    response.on('close', () => this.#watchers.delete(tell));
    response.flushHeaders();
  }

  #tell(type: string, object: Anything): void {
    for (const watcher of this.#watchers) watcher(type, object);
  }
}

const keyOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}/${name}`;

function isSelected({ metadata }: Anything, namespace: string, query: URLSearchParams): boolean {
  if (namespace && metadata.namespace !== namespace) return false;
  const selector = query.get('labelSelector')?.split(',') ?? [];
  return selector.map((one) => one.split('=')).every(([key = '', value]) => metadata.labels?.[key] === value);
}

/** A merge patch, laid over. */
function merged(target: Anything, patch: Anything): Anything {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result = { ...(typeof target === 'object' ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
