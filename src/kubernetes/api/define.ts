import type { BodyReader } from '../machinery/codec/body.ts';
import type { FieldError } from '../machinery/field-error.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { ApplyType } from '../machinery/patch/apply/atoms.ts';
import type { ResourceType } from '../machinery/resource.ts';
import type { Namespace } from './generated/core-v1.ts';

/** A column of `kubectl get` (Table). */
export interface Column<T> {
  name: string;
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  /** 0 is always shown, 1 only with `-o wide`. */
  priority?: number;
  description?: string;
  value(object: T, now: number): unknown;
}

/** A subresource of a kind, apart from streaming ones (log, exec ...), which the API server's streaming owns. */
export type Subresource =
  | 'status'
  | 'scale'
  | 'ephemeralcontainers'
  | 'resize'
  | 'approval'
  | 'finalize'
  | 'binding'
  | 'eviction'
  | 'token'
  | 'log'
  | 'exec'
  | 'attach'
  | 'portforward'
  | 'proxy';

/** Written as a method, so that a definition of a Pod is also a definition of an object. */
export type ReadsField<T> = { read(object: T): string }['read'];

/** Written as a method, for the same reason. */
export type UpdateRules<T> = { faults(next: T, previous: T): Iterable<FieldError> }['faults'];

/** Who makes a request. */
export interface Requester {
  readonly username: string;
  readonly uid?: string;
  readonly groups: string[];
  readonly extra?: Record<string, string[]>;
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/**
 * Everything the API server needs to serve one kind at one version. The structural side (types, required, unknown
 * fields, literal defaults, list keys) comes from the generated schema named by `schema`; the functions here say
 * what a schema cannot.
 */
export interface ResourceDefinition<T extends KubeObject = KubeObject> extends ResourceType<T> {
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs: readonly Verb[];
  readonly subresources?: readonly Subresource[];
  /** OpenAPI definition name of the kind, `io.k8s.api.core.v1.Pod`. */
  readonly schema: string;
  /** For kinds without a generated schema. */
  readonly custom?: CustomKind;
  /** Sent as a warning along with every answer. */
  readonly deprecation?: string;
  /** How `metadata.name` is checked; default `dnsSubdomain`. */
  readonly nameRule?: 'dnsSubdomain' | 'longName' | 'dnsLabel' | 'dns1035Label' | 'pathSegment' | 'ipAddress';
  /** A kind whose `generateName` is only checked like a path segment; its own name rule is declared on the name alone. */
  readonly anyGenerateName?: boolean;
  /** Kinds outside upstream's core accept any qualified or plain finalizer; default false. */
  readonly anyFinalizer?: boolean;
  /** Which metadata checks upstream repeats on an update, each repeating its faults; default both. */
  readonly metadataOnUpdate?: readonly ('update' | 'whole')[];
  /** Paths that a write of the main resource, or of /status, cannot own: what it resets. Default `status`, and all but `status`. */
  readonly resetFields?: { readonly main?: readonly string[]; readonly status?: readonly string[]; readonly approval?: readonly string[] };
  /** Fills what upstream's defaulting would; mutates `object`, which is the server's own copy. */
  defaults?(object: T): void;
  /** Faults on create (`previous` absent) and update, beyond the schema and metadata. */
  rules?(next: T, previous?: T): Iterable<FieldError>;
  /** Faults of a write to /status; default none. */
  statusRules?(next: T, previous: T): Iterable<FieldError>;
  /** Faults that depend on the namespace, named before all others: of a new object, and of a new status. */
  readonly namespaceRules?: NamespaceRules<T>;
  /** Faults of a write to one of these; default none. */
  readonly subresourceRules?: Partial<Record<'ephemeralcontainers' | 'resize', UpdateRules<T>>>;
  /** Faults of a write to /approval; default none. */
  approvalRules?(next: T, previous: T): Iterable<FieldError>;
  /** Before a create is validated: reset what clients may not set (status), set what the server owns. Mutates. */
  prepareCreate?(object: T, requester: Requester): void;
  /** Before an update of the main resource is validated: keep status, bump generation inputs. Mutates `next`. */
  prepareUpdate?(next: T, previous: T): void;
  /** Before a write to /status, or to /approval, is validated; the rest of the object is as it was. Mutates `next`. */
  prepareStatus?(next: T, previous: T, now: number): void;
  prepareApproval?(next: T, previous: T, now: number): void;
  /**
   * Default true where the kind has a status subresource: spec changes bump metadata.generation. `exact`: also where a
   * list that was not there is there and empty.
   */
  readonly generation?: boolean | 'exact';
  /** Columns after Name and before Age are listed whole, in order, Name and Age included. */
  readonly columns: readonly Column<T>[];
  /** Field selector keys beyond metadata.name and metadata.namespace, with how to read them. */
  readonly selectableFields?: Readonly<Record<string, ReadsField<T>>>;
  /** The object when it is first deleted, for kinds that wait for more than the finalizers they have. */
  beginDeletion?(object: T, now: number): T;
  /** Warning headers for a write, without the `299 - ` prefix. */
  warnings?(next: T, previous?: T): Iterable<string>;
  /** For a further version of a kind: the definition whose objects this one shows. */
  readonly storedAs?: StoredAs<T>;
  /** What becomes of an object's dependents when a delete does not say; default: they are collected. `none`: nothing waits for them. */
  readonly dependents?: 'orphaned' | 'none';
  /** Told to who leaves it to that. */
  readonly dependentsWarning?: string;
}

export interface NamespaceRules<T> {
  create(object: T, namespace: Namespace | undefined): Iterable<FieldError>;
  status?(next: T, previous: T, namespace: Namespace | undefined): Iterable<FieldError>;
}

/** A value, or the promise of one where somebody else has to be asked. */
export type Awaitable<T> = T | Promise<T>;

/** How one version of a kind shows objects that are stored as another. Built-in kinds convert at once. */
export interface StoredAs<T> {
  readonly definition: ResourceDefinition;
  /** New objects that share what does not change; neither changes its argument. */
  toStored(object: T): Awaitable<KubeObject>;
  fromStored(stored: KubeObject): Awaitable<T>;
  /** Whether storing the object again, unchanged, would change what is stored. Default: it never would. */
  isStale?(stored: KubeObject, shown: T): boolean;
}

/** What core does with the help of a generated schema, for kinds that have their own: custom resources. */
export interface CustomKind {
  readonly listKind: string;
  /** Reads objects in bodies: pruned, but not defaulted. */
  readonly reader: BodyReader;
  /** How apply sees objects, and who owns their fields. */
  readonly applyType: ApplyType;
  /** Of kinds with a scale subresource. */
  readonly scale?: ScalePaths;
  /** Sent as a warning along with every answer. */
  readonly deprecation?: string;
  /** What discovery lists instead of the verbs. */
  readonly shownVerbs?: readonly Verb[];
}

/** Where objects keep what a Scale shows; paths without a leading dot, split. */
export interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly labelSelector?: readonly string[];
}

/** Only gives the literal its type; the registry list in `registry.ts` is what makes a kind served. */
export function defineResource<T extends KubeObject>(definition: ResourceDefinition<T>): ResourceDefinition<T> {
  return definition;
}
