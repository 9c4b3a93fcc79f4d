import type { KubeObject, ManagedFieldsEntry } from '../../meta.ts';
import { parseApiVersion } from '../../resource.ts';
import type { SchemaLookup } from '../../schema/schema.ts';
import { ApiError, badRequest } from '../../status.ts';
import { sameJson } from '../same-json.ts';
import { type ApplyType, ApplyTypes, TypedError } from './atoms.ts';
import { ApplyConflict, conflictError } from './conflict.ts';
import { emptyFieldSet, type FieldSet, fieldSetOf, union } from './field-set.ts';
import { conflictsAllowedByLastApplied, syncLastApplied } from './last-applied.ts';
import { capManagers, decodeManagedFields, encodeManagedFields, identifierOf, type Managed, noManagers, strip } from './managed-fields.ts';
import { applyConfiguration, type OwnershipRules, recordUpdate } from './ownership.ts';
import { checkTyped } from './typed-check.ts';
import type { OtherVersion } from './versions.ts';

/** The kind and request whose fields are tracked. */
export interface TrackedKind {
  /** OpenAPI definition name. */
  readonly schema: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Dotted paths that this kind of request resets and so cannot own. */
  readonly resetFields: readonly string[];
  /** A new object of the kind with nothing in it: `{ metadata: {}, spec: { containers: null }, status: {} }`. */
  readonly empty: object;
  /** Instead of what the schema says: of custom resources, whose schema is in no catalog. */
  readonly type?: ApplyType;
  /** The kind at another version, and how objects get there and back; undefined where it is not served at that. */
  version?(apiVersion: string): TrackedVersion | undefined;
}

export interface TrackedVersion extends Pick<TrackedKind, 'schema' | 'apiVersion' | 'resetFields'> {
  show(object: unknown): unknown;
  read(object: unknown): unknown;
}

/** Whose write it is, and when. */
export interface Writer {
  readonly manager: string;
  /** RFC 3339. */
  readonly time: string;
}

/** What nobody owns: names and what the server sets. */
const NOBODYS: FieldSet = fieldSetOf([
  'apiVersion',
  'kind',
  'metadata',
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  'metadata.selfLink',
  'metadata.uid',
  'metadata.clusterName',
  'metadata.generation',
  'metadata.managedFields',
  'metadata.resourceVersion',
]);

const SELF = '{"current":"operation"}';
const BEFORE_FIRST_APPLY = 'before-first-apply';
const KUBECTL = 'kubectl';

/** Keeps `metadata.managedFields`, and applies configurations by its rules (server-side apply). */
export class FieldManager {
  readonly #types: ApplyTypes;
  readonly #resets = new Map<readonly string[], FieldSet>();

  constructor(lookup: SchemaLookup) {
    this.#types = new ApplyTypes(lookup);
  }

  /** Records a create (`live` absent), update or patch in `next.metadata.managedFields`. */
  recordWrite(kind: TrackedKind, live: KubeObject | undefined, next: KubeObject, writer: Writer): void {
    const managed = this.#managedForWrite(kind, live, next);
    // A copy: the metadata of the next version may still be the live object's.
    next.metadata = { ...next.metadata };
    delete next.metadata.managedFields;
    if (managed.owners.size === 0 && live) return;
    try {
      this.#record(kind, live ?? kind.empty, next, managed, identifier(kind, writer.manager, 'Update'), writer.time);
    } catch (error) {
      // An object whose lists cannot be told apart has no owners; it is stored all the same.
      if (error instanceof TypedError) return;
      throw error;
    }
    writeManaged(next, managed);
  }

  /**
   * The object after `config` is applied to `live` (absent: created by it). Neither is changed. Throws 409 when fields
   * of others would change and `force` is not set, 500 for a configuration that does not fit the schema.
   */
  apply(kind: TrackedKind, live: KubeObject | undefined, config: KubeObject, writer: Writer, force: boolean): KubeObject {
    checkKind(kind, config);
    if (config.metadata?.managedFields) throw badRequest('metadata.managedFields must be nil');
    const current = (live ?? kind.empty) as KubeObject;
    const managed = decodeManagedFields(current.metadata.managedFields) ?? noManagers();
    if (managed.owners.size === 0) this.#claimEarlierFields(kind, current, managed, writer.time);
    try {
      return this.#applyAs(kind, current, config, managed, writer, force);
    } catch (error) {
      if (error instanceof ApplyConflict) throw conflictError(error);
      throw error;
    }
  }

  #applyAs(kind: TrackedKind, live: KubeObject, config: KubeObject, managed: Managed, writer: Writer, force: boolean): KubeObject {
    const attempt = copyOf(managed);
    try {
      return this.#merge(kind, live, config, attempt, writer, force);
    } catch (error) {
      if (!(error instanceof ApplyConflict) || writer.manager !== KUBECTL) throw error;
      // Fields that kubectl applied from the client before it began to apply on the server are its own.
      const left = conflictsAllowedByLastApplied(error.conflicts, live, kind.apiVersion, this.#typeOf(kind));
      if (left.length > 0) throw new ApplyConflict(left);
      return this.#merge(kind, live, config, copyOf(managed), writer, true);
    }
  }

  #merge(kind: TrackedKind, live: KubeObject, config: KubeObject, managed: Managed, writer: Writer, force: boolean): KubeObject {
    const rules = this.#rules(kind);
    this.#checkConfig(kind, config, rules.type);
    const bare = withoutManagedFields(live);
    checkLive(bare, rules.type, 'failed to create typed live object', kind);
    const id = identifier(kind, writer.manager, 'Apply');
    const merged = applyConfiguration(bare, config, rules, managed.owners, id, force) as KubeObject | undefined;
    strip(managed.owners, id, NOBODYS);
    if (merged) managed.times.set(id, writer.time);
    const result = { ...(merged ?? bare), metadata: { ...(merged ?? bare).metadata } };
    if (writer.manager === KUBECTL) syncLastApplied(result, config);
    writeManaged(result, managed);
    return result;
  }

  #checkConfig(kind: TrackedKind, config: KubeObject, type: ApplyType): void {
    try {
      checkTyped(config, type, { duplicates: false });
    } catch (error) {
      if (!(error instanceof TypedError)) throw error;
      throw new ApiError(
        { code: 500, message: `failed to create typed patch object (${describe(kind, config)}): ${error.message}` },
        error,
      );
    }
  }

  /** Fields written before anybody applied belong to a manager of their own, so that applying conflicts with them. */
  #claimEarlierFields(kind: TrackedKind, live: KubeObject, managed: Managed, time: string): void {
    try {
      this.#record(kind, kind.empty, withoutManagedFields(live), managed, identifier(kind, BEFORE_FIRST_APPLY, 'Update'), time);
    } catch (error) {
      if (!(error instanceof TypedError)) throw error;
      const reason = `failed to convert new object (${describe(kind, live)}) to smd typed: ${error.message}`;
      throw new ApiError({ code: 500, message: `failed to create manager for existing fields: ${reason}` }, error);
    }
  }

  #record(kind: TrackedKind, live: object, next: object, managed: Managed, id: string, time: string): void {
    const rules = this.#rules(kind);
    checkTyped(next, rules.type, { duplicates: true });
    recordUpdate(withoutManagedFields(live as KubeObject), next, rules, managed.owners, SELF);
    strip(managed.owners, SELF, NOBODYS);
    const own = managed.owners.get(SELF);
    managed.owners.delete(SELF);
    if (own) {
      managed.owners.set(id, union(managed.owners.get(id) ?? emptyFieldSet, own));
      managed.times.set(id, time);
    }
    capManagers(managed);
  }

  /** Clients may edit managedFields, but not through a subresource; an empty entry resets them. */
  #managedForWrite(kind: TrackedKind, live: KubeObject | undefined, next: KubeObject): Managed {
    const before = live?.metadata.managedFields;
    const said = next.metadata.managedFields;
    if (kind.subresource === '' && isReset(said)) return noManagers();
    const decoded = kind.subresource === '' ? decodeManagedFields(said) : undefined;
    if (decoded && decoded.owners.size > 0) return decoded;
    return decodeManagedFields(before) ?? noManagers();
  }

  #typeOf({ schema, type }: Pick<TrackedKind, 'schema' | 'type'>): ApplyType {
    return type ?? this.#types.struct(schema);
  }

  #rules(kind: TrackedKind): OwnershipRules {
    const { apiVersion, version } = kind;
    const rules = { apiVersion, type: this.#typeOf(kind), ignored: this.#ignored(kind) };
    return version ? { ...rules, versions: (other) => this.#other(version(other)) } : rules;
  }

  #other(version: TrackedVersion | undefined): OtherVersion | undefined {
    return version && { ...version, type: this.#typeOf(version), ignored: this.#ignored(version) };
  }

  #ignored({ resetFields }: Pick<TrackedKind, 'resetFields'>): FieldSet {
    let ignored = this.#resets.get(resetFields);
    if (!ignored) {
      ignored = fieldSetOf(resetFields);
      this.#resets.set(resetFields, ignored);
    }
    return ignored;
  }
}

function checkLive(live: KubeObject, type: ApplyType, what: string, kind: TrackedKind): void {
  try {
    checkTyped(live, type, { duplicates: true });
  } catch (error) {
    if (!(error instanceof TypedError)) throw error;
    throw new ApiError({ code: 500, message: `${what} (${describe(kind, live)}): ${error.message}` }, error);
  }
}

function identifier(kind: TrackedKind, manager: string, operation: 'Apply' | 'Update'): string {
  return identifierOf({ manager: manager || 'unknown', operation, apiVersion: kind.apiVersion, subresource: kind.subresource });
}

const copyOf = ({ owners, times }: Managed): Managed => ({ owners: new Map(owners), times: new Map(times) });

function withoutManagedFields<T extends KubeObject>(object: T): T {
  if (!object.metadata?.managedFields) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

function writeManaged(object: KubeObject, managed: Managed): void {
  const entries = encodeManagedFields(managed);
  if (entries.length > 0) object.metadata.managedFields = entries;
  else delete object.metadata.managedFields;
}

/** `managedFields: [{}]` and `managedFields: []` forget all owners; clients that never heard of them send no list. */
function isReset(entries: readonly ManagedFieldsEntry[] | null | undefined): boolean {
  return entries?.length === 0 || (entries?.length === 1 && Object.keys(entries[0] ?? {}).length === 0);
}

function checkKind(kind: TrackedKind, config: KubeObject): void {
  if (config.apiVersion === kind.apiVersion && config.kind === kind.kind) return;
  const { group, version } = parseApiVersion(config.apiVersion ?? '');
  throw badRequest(`invalid object type: ${group}/${version}, Kind=${config.kind ?? ''}`);
}

function describe(kind: TrackedKind, { metadata }: KubeObject): string {
  const { group, version } = parseApiVersion(kind.apiVersion);
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}; ${group}/${version}, Kind=${kind.kind}`;
}

/** Writes that change nothing but the times of managers keep the earlier times, and so change nothing at all. */
export function keepTimesIfUnchanged(next: KubeObject, previous: KubeObject): void {
  const [after, before] = [next.metadata.managedFields, previous.metadata.managedFields];
  if (!after || !before || after.length !== before.length) return;
  const timeless = (entries: readonly ManagedFieldsEntry[]) => entries.map(({ time: _, ...rest }) => rest);
  if (sameJson(timeless(after), timeless(before)) && sameJson(withoutManagedFields(next), withoutManagedFields(previous))) {
    next.metadata.managedFields = before;
  }
}
