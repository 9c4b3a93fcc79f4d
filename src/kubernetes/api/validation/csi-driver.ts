import type { FieldError } from '../../machinery/field-error.ts';
import { duplicate, immutable, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { CSIDriver, CSIDriverSpec } from '../generated/storage-v1.ts';
import { sameValue } from './equal.ts';

const MODES = ['Persistent', 'Ephemeral'];
const GROUP_POLICIES = ['File', 'None', 'ReadWriteOnceWithFSType'];
const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;
const SHORTEST_PERIOD = 10;

/** Faults of what a driver of volumes says about itself. */
export function* csiDriverRules({ spec }: CSIDriver, previous?: CSIDriver): Iterable<FieldError> {
  yield* specRules(spec, 'spec');
  if (!previous) return;
  if (spec.attachRequired !== previous.spec.attachRequired) yield immutable('spec.attachedRequired', spec.attachRequired);
  if (!sameValue(spec.volumeLifecycleModes, previous.spec.volumeLifecycleModes))
    yield immutable('spec.volumeLifecycleModes', spec.volumeLifecycleModes);
}

function* specRules(spec: CSIDriverSpec, path: string): Iterable<FieldError> {
  for (const field of ['attachRequired', 'podInfoOnMount', 'storageCapacity'] as const) {
    if (spec[field] === undefined) yield required(`${path}.${field}`);
  }
  const policy = spec.fsGroupPolicy;
  if (policy !== undefined && !GROUP_POLICIES.includes(policy)) yield notSupported(`${path}.fsGroupPolicy`, policy, GROUP_POLICIES);
  yield* tokenRules(spec.tokenRequests ?? [], `${path}.tokenRequests`);
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!MODES.includes(mode)) yield notSupported(`${path}.volumeLifecycleModes`, mode, MODES);
  }
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < SHORTEST_PERIOD)
    yield invalidValue(`${path}.nodeAllocatableUpdatePeriodSeconds`, period, `must be greater than or equal to ${SHORTEST_PERIOD} seconds`);
  if (spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length)
    yield invalidValue(
      `${path}.serviceAccountTokenInSecrets`,
      spec.serviceAccountTokenInSecrets,
      'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    );
}

function* tokenRules(requests: NonNullable<CSIDriverSpec['tokenRequests']>, path: string): Iterable<FieldError> {
  const audiences = new Set<string>();
  for (const [index, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    if (audiences.has(audience)) yield duplicate(`${path}[${index}].audience`, audience);
    audiences.add(audience);
    if (seconds === undefined) continue;
    const at = `${path}[${index}].expirationSeconds`;
    if (seconds < SHORTEST_TOKEN) yield invalidValue(at, seconds, 'may not specify a duration less than 10 minutes');
    if (seconds > LONGEST_TOKEN) yield invalidValue(at, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}
