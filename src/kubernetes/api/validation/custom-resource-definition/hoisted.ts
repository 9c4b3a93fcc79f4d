import { sameJson } from '../../../machinery/patch/same-json.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
  CustomResourceValidation,
  SelectableField,
} from '../../generated/apiextensions-v1.ts';

/**
 * A spec as upstream validates it: what all versions say alike is said once, above the versions, and faults are told
 * about the place there (`spec.validation.openAPIV3Schema`).
 */
export interface HoistedSpec {
  readonly versions: readonly CustomResourceDefinitionVersion[];
  readonly validation?: CustomResourceValidation;
  readonly subresources?: CustomResourceSubresources;
  readonly additionalPrinterColumns?: readonly CustomResourceColumnDefinition[];
  readonly selectableFields?: readonly SelectableField[];
}

const LIFTED = [
  ['schema', 'validation'],
  ['subresources', 'subresources'],
  ['additionalPrinterColumns', 'additionalPrinterColumns'],
  ['selectableFields', 'selectableFields'],
] as const;

export function hoisted(spec: CustomResourceDefinitionSpec): HoistedSpec {
  let versions = (spec.versions ?? []).map((version) => ({ ...version }));
  const [first] = versions;
  if (!first) return { versions };
  const lifted: Record<string, unknown> = {};
  for (const [field, place] of LIFTED) {
    const value = first[field];
    if (!versions.every((version) => alike(version[field], value))) continue;
    if (value !== undefined && value !== null) lifted[place] = value;
    versions = versions.map(({ [field]: _, ...rest }) => rest as CustomResourceDefinitionVersion);
  }
  return { versions, ...lifted };
}

/** Absent and empty lists are alike. */
function alike(a: unknown, b: unknown): boolean {
  const isNothing = (value: unknown) => value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  return (isNothing(a) && isNothing(b)) || sameJson(a, b);
}
