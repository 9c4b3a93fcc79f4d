import { compareQuantities, parseQuantity, type Quantity } from '../../machinery/quantity.ts';
import type { PersistentVolumeClaim } from '../generated/core-v1.ts';
import { type Amounts, one } from './amounts.ts';
import { countName } from './counts.ts';
import type { QuotaEvaluator, Scope } from './evaluator.ts';
import { meets } from './scope-selector.ts';

const COUNT = countName('persistentvolumeclaims');
const CLAIMS = 'persistentvolumeclaims';
const STORAGE = 'requests.storage';
/** Between a storage class and what a quota allows of it: `gold.storageclass.storage.k8s.io/requests.storage`. */
const OF_CLASS = '.storageclass.storage.k8s.io/';
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

/** Counts claims and the storage they ask for, in all and by storage class. */
export const claimEvaluator: QuotaEvaluator = {
  measures: (resource) =>
    resource === COUNT ||
    resource === CLAIMS ||
    resource === STORAGE ||
    resource.endsWith(OF_CLASS + CLAIMS) ||
    resource.endsWith(OF_CLASS + STORAGE),
  concerns: ({ operation, subresource, object, oldObject }) => {
    if (subresource === '') return operation === 'CREATE' || operation === 'UPDATE';
    return subresource === 'status' && resized(object as PersistentVolumeClaim, oldObject as PersistentVolumeClaim);
  },
  inScope: (scope, object) => claimInScope(scope, object as PersistentVolumeClaim),
  usage: (object) => claimUsage(object as PersistentVolumeClaim),
};

function claimUsage(claim: PersistentVolumeClaim): Amounts {
  const storageClass = claim.metadata.annotations?.[CLASS_ANNOTATION] ?? claim.spec?.storageClassName ?? '';
  const storage = storageOf(claim);
  return {
    [CLAIMS]: one,
    [COUNT]: one,
    ...(storageClass ? { [storageClass + OF_CLASS + CLAIMS]: one } : {}),
    ...(storage ? { [STORAGE]: storage } : {}),
    ...(storage && storageClass ? { [storageClass + OF_CLASS + STORAGE]: storage } : {}),
  };
}

/** What is asked for, or what was allocated where that is more; in whole bytes. */
function storageOf({ spec, status }: PersistentVolumeClaim): Quantity | undefined {
  const requested = spec?.resources?.requests?.storage;
  if (requested === undefined) return undefined;
  const allocated = status?.allocatedResources?.storage;
  return wholeBytes(parseQuantity(allocated !== undefined && compareQuantities(allocated, requested) > 0 ? allocated : requested));
}

function wholeBytes(quantity: Quantity): Quantity {
  if (quantity.exponent >= 0) return quantity;
  const unit = 10n ** BigInt(-quantity.exponent);
  const whole = quantity.mantissa / unit;
  if (whole * unit === quantity.mantissa) return quantity;
  return { mantissa: whole + (quantity.mantissa < 0n ? -1n : 1n), exponent: 0, format: quantity.format };
}

function resized(next: PersistentVolumeClaim | undefined, previous: PersistentVolumeClaim | undefined): boolean {
  if (next?.status?.allocatedResources?.storage !== previous?.status?.allocatedResources?.storage) return true;
  return attributesClasses(next).join() !== attributesClasses(previous).join();
}

function claimInScope(scope: Scope, claim: PersistentVolumeClaim): boolean {
  if (scope.scopeName !== 'VolumeAttributesClass') return false;
  const names = attributesClasses(claim);
  if (scope.operator === 'Exists') return names.length > 0;
  return names.length === 0 ? meets(scope, undefined) : names.some((name) => meets(scope, name));
}

/** The class a claim wants, the one it has and the one it is on its way to. */
function attributesClasses(claim: PersistentVolumeClaim | undefined): string[] {
  const { spec, status } = claim ?? {};
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.filter((name): name is string => Boolean(name)))].sort();
}
