import type { FieldError } from '../../machinery/field-error.ts';
import { parseApiVersion } from '../../machinery/resource.ts';
import { complaints, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isPathSegment } from '../../machinery/validation/names.ts';
import type { CrossVersionObjectReference } from '../generated/autoscaling-v2.ts';

/** How strictly the API version of a referenced object is looked at. */
export interface ReferenceOptions {
  /** Objects of the core group may be meant. */
  readonly core: boolean;
  /** It was wrong before, or nothing about it has changed. */
  readonly anyVersion: boolean;
}

/** Faults of what names another object. */
export function* referenceRules(
  ref: CrossVersionObjectReference | undefined,
  path: string,
  { core, anyVersion }: ReferenceOptions,
): Iterable<FieldError> {
  const { kind = '', name = '', apiVersion = '' } = ref ?? {};
  if (!kind) yield required(`${path}.kind`);
  else yield* complaints(`${path}.kind`, kind, isPathSegment(kind));
  if (!name) yield required(`${path}.name`);
  else yield* complaints(`${path}.name`, name, isPathSegment(name));
  const complaint = anyVersion ? undefined : versionComplaint(apiVersion, core);
  if (complaint) yield invalidValue(`${path}.apiVersion`, apiVersion, complaint);
}

/** What is wrong with the API version of a reference, if anything. */
export function versionComplaint(apiVersion: string, core: boolean): string | undefined {
  if (apiVersion.split('/').length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  if (!core && (apiVersion === '/' || !parseApiVersion(apiVersion).group)) return 'apiVersion must specify API group';
  return undefined;
}
