import { sameJson } from '../../../machinery/patch/same-json.ts';
import { type JsonSchema, someSchema } from '../../../machinery/structural/json-schema.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionSpec } from '../../generated/apiextensions-v1.ts';
import { isCertificateBundle } from '../webhook-client.ts';
import { hasKnownReviewVersion } from './conversion.ts';
import { hasLooseSet, keyedListFaults } from './schema/keyed-lists.ts';
import { hasUnknownType } from './schema/open-api.ts';
import { isStructural } from './schema/structural.ts';
import { hasTooManyFields } from './selectable-fields.ts';

/** What is demanded of a definition: everything of a new one, of an old one no more than it kept before. */
export interface RuleOptions {
  readonly schemas: boolean;
  readonly knownTypes: boolean;
  readonly structural: boolean;
  readonly atomicSets: boolean;
  readonly soundListKeys: boolean;
  readonly knownReviewVersion: boolean;
  readonly fixedNames: boolean;
  readonly anyCaBundle: boolean;
  /** Versions with more selectable fields than are allowed now. */
  readonly tooManyFields: ReadonlySet<string>;
  /** Versions whose schema is as it was: their rules may cost what they cost before. */
  readonly unchangedSchemas: ReadonlySet<string>;
  /** Set for such a version while it is looked at. */
  readonly anyRuleCost: boolean;
}

export const NEW: RuleOptions = {
  schemas: true,
  knownTypes: true,
  structural: true,
  atomicSets: true,
  soundListKeys: true,
  knownReviewVersion: true,
  fixedNames: false,
  // Whoever gets certificates injected has none yet.
  anyCaBundle: true,
  tooManyFields: new Set(),
  unchangedSchemas: new Set(),
  anyRuleCost: false,
};

export function optionsFor(next: CustomResourceDefinition, previous: CustomResourceDefinition): RuleOptions {
  const { spec } = previous;
  const schemas = schemasOf(spec);
  const some = (holds: (schema: JsonSchema) => boolean) => schemas.some((schema) => schema && holds(schema));
  return {
    schemas: schemas.every((schema) => schema !== undefined),
    knownTypes: !some((schema) => someSchema(schema, hasUnknownType)),
    structural: !some((schema) => !isStructural(schema)),
    atomicSets: !some((schema) => someSchema(schema, hasLooseSet)),
    soundListKeys: !some((schema) => someSchema(schema, (inner) => [...keyedListFaults(inner, '')].length > 0)),
    knownReviewVersion: hasKnownReviewVersion(spec.conversion?.webhook?.conversionReviewVersions),
    fixedNames: isEstablished(previous),
    anyCaBundle: !isEstablished(previous) || hadBadBundle(spec),
    tooManyFields: versionsAlike(next, previous, ({ selectableFields }) => selectableFields, hasTooManyFields),
    unchangedSchemas: versionsAlike(next, previous, ({ schema }) => schema),
    anyRuleCost: false,
  };
}

/** The options for the schema of one version. */
export function forVersion(options: RuleOptions, name: string): RuleOptions {
  return options.unchangedSchemas.has(name) ? { ...options, anyRuleCost: true } : options;
}

export const isEstablished = ({ status }: CustomResourceDefinition): boolean =>
  status?.conditions?.some(({ type, status: state }) => type === 'Established' && state === 'True') ?? false;

const schemasOf = (spec: CustomResourceDefinitionSpec): (JsonSchema | undefined)[] =>
  (spec.versions ?? []).map(({ schema }) => schema?.openAPIV3Schema);

function hadBadBundle({ conversion }: CustomResourceDefinitionSpec): boolean {
  const bundle = conversion?.webhook?.clientConfig?.caBundle;
  return Boolean(bundle) && !isCertificateBundle(bundle as string);
}

/** Names of the versions in which something is as it was, and is of a sort. */
function versionsAlike<T>(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition,
  read: (version: CustomResourceDefinitionSpec['versions'][number]) => T,
  holds: (value: T) => boolean = () => true,
): Set<string> {
  const before = new Map((previous.spec.versions ?? []).map((version) => [version.name, read(version)]));
  const alike = (next.spec.versions ?? []).filter((version) => {
    const old = before.get(version.name);
    return before.has(version.name) && holds(old as T) && sameJson(read(version), old);
  });
  return new Set(alike.map(({ name }) => name));
}
