import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type {
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  QueuingConfiguration,
} from '../generated/flowcontrol-v1.ts';

const EXEMPT = 'exempt';
const MAX_QUEUES = 10_000_000;
/** Dealing a hand uses up a hash of this many bits. */
const HASH_BITS = 60;

/** Faults of a priority level. */
export function* priorityLevelRules({ metadata, spec }: PriorityLevelConfiguration): Iterable<FieldError> {
  const { type = '', limited, exempt } = spec ?? {};
  if ((metadata.name === EXEMPT) !== (type === 'Exempt')) {
    yield invalidValue('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'");
  }
  if (type === 'Exempt') {
    if (limited) yield forbiddenField('spec.limited', 'must be nil if the type is not Limited');
    if (exempt) yield* percentRules(exempt.nominalConcurrencyShares, exempt.lendablePercent, 'spec.exempt');
  } else if (type === 'Limited') {
    if (exempt) yield forbiddenField('spec.exempt', 'must be nil if the type is Limited');
    if (limited) yield* limitedRules(limited, 'spec.limited');
    else yield required('spec.limited', 'must not be empty when type is Limited');
  } else yield notSupported('spec.type', type, ['Exempt', 'Limited']);
}

function* limitedRules(limited: LimitedPriorityLevelConfiguration, path: string): Iterable<FieldError> {
  const { nominalConcurrencyShares, lendablePercent, borrowingLimitPercent, limitResponse } = limited;
  if ((nominalConcurrencyShares ?? 0) < 0) {
    yield invalidValue(`${path}.nominalConcurrencyShares`, nominalConcurrencyShares, 'must be a non-negative integer');
  }
  yield* limitResponseRules(limitResponse ?? { type: '' }, `${path}.limitResponse`);
  yield* percentRules(undefined, lendablePercent, path);
  if ((borrowingLimitPercent ?? 0) < 0) {
    yield invalidValue(`${path}.borrowingLimitPercent`, borrowingLimitPercent, 'if specified, must be a non-negative integer');
  }
}

function* percentRules(shares: number | undefined, lendable: number | undefined, path: string): Iterable<FieldError> {
  if ((shares ?? 0) < 0) yield invalidValue(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer');
  if (lendable !== undefined && (lendable < 0 || lendable > 100)) {
    yield invalidValue(`${path}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive');
  }
}

function* limitResponseRules({ type, queuing }: LimitResponse, path: string): Iterable<FieldError> {
  if (type === 'Reject') {
    if (queuing) yield forbiddenField(`${path}.queuing`, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type === 'Queue') {
    if (queuing) yield* queuingRules(queuing, `${path}.queuing`);
    else yield required(`${path}.queuing`, 'must not be empty if limited.limitResponse.type is Limited');
  } else yield notSupported(`${path}.type`, type, ['Queue', 'Reject']);
}

function* queuingRules({ queues = 0, handSize = 0, queueLengthLimit = 0 }: QueuingConfiguration, path: string): Iterable<FieldError> {
  if (queueLengthLimit <= 0) yield invalidValue(`${path}.queueLengthLimit`, queueLengthLimit, 'must be positive');
  if (queues <= 0) yield invalidValue(`${path}.queues`, queues, 'must be positive');
  else if (queues > MAX_QUEUES) yield invalidValue(`${path}.queues`, queues, `must not be greater than ${MAX_QUEUES}`);
  if (handSize <= 0) yield invalidValue(`${path}.handSize`, handSize, 'must be positive');
  else if (handSize > queues) yield invalidValue(`${path}.handSize`, handSize, `should not be greater than queues (${queues})`);
  else if (entropyBits(queues, handSize) > HASH_BITS) {
    const detail = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`;
    yield invalidValue(`${path}.handSize`, handSize, detail);
  }
}

function entropyBits(deck: number, hand: number): number {
  let bits = 0;
  for (let dealt = 0; dealt < hand; dealt++) bits += Math.log2(deck - dealt);
  return Math.ceil(bits);
}
