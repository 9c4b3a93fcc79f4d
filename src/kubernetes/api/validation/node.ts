import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isLabelValue, isQualifiedName } from '../../machinery/validation/names.ts';
import type { Node, Taint } from '../generated/core-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { cidrRules, parseCidr } from './addresses.ts';
import { resourceAmountRules } from './resource-names.ts';

const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const POD_CIDRS = 'spec.podCIDRs';

/** Faults of a node. Upstream checks an update as a whole and then again for what may change. */
export function* nodeRules(next: Node, previous?: Node): Iterable<FieldError> {
  yield* taintRules(next);
  yield* resourceRules(next);
  yield* podCidrRules(next.spec?.podCIDRs ?? []);
  if (!previous) return;
  yield* resourceRules(next);
  yield* addressRules(next);
  yield* unchangedRules(next, previous);
  yield* taintRules(next);
}

function* taintRules({ spec }: Node): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, taint] of (spec?.taints ?? []).entries()) yield* oneTaintRules(taint, seen, `metadata.taints[${index}]`);
}

function* oneTaintRules(taint: Taint, seen: Set<string>, path: string): Iterable<FieldError> {
  const { key = '', value = '', effect } = taint;
  yield* complaints(`${path}.key`, key, isQualifiedName(key));
  const values = isLabelValue(value);
  if (values.length) yield invalidValue(`${path}.value`, value, values.join(';'));
  yield* taintEffectRules(effect ?? '', false, `${path}.effect`);
  const id = `${effect}/${key}`;
  if (seen.has(id)) {
    const fault = duplicate(path, internalForm(taint, 'io.k8s.api.core.v1.Taint'));
    yield { ...fault, message: `${fault.message}: taints must be unique by key and effect pair` };
  }
  seen.add(id);
}

/** An effect of a taint or toleration; a toleration without one tolerates them all. */
export function* taintEffectRules(effect: string, allowEmpty: boolean, path: string): Iterable<FieldError> {
  if (effect === '' && !allowEmpty) yield required(path);
  else if (effect !== '' && !TAINT_EFFECTS.includes(effect)) yield notSupported(path, effect, TAINT_EFFECTS);
}

function* resourceRules({ status }: Node): Iterable<FieldError> {
  for (const part of ['capacity', 'allocatable'] as const) {
    for (const [name, amount] of Object.entries(status?.[part] ?? {})) yield* resourceAmountRules(name, amount, `status.${part}[${name}]`);
  }
}

function* podCidrRules(cidrs: readonly string[]): Iterable<FieldError> {
  for (const [index, cidr] of cidrs.entries()) yield* cidrRules(cidr, `${POD_CIDRS}[${index}]`);
  if (cidrs.length < 2) return;
  const families = new Set(cidrs.map((cidr) => parseCidr(cidr)?.bytes.length));
  if (families.size < 2 || cidrs.length > 2) yield invalidValue(POD_CIDRS, cidrs, 'may specify no more than one CIDR for each IP family');
}

function* addressRules({ status }: Node): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, address] of (status?.addresses ?? []).entries()) {
    const id = `${address.type}/${address.address}`;
    if (seen.has(id)) yield duplicate(`status.addresses[${index}]`, { type: address.type, address: address.address });
    seen.add(id);
  }
}

function* unchangedRules(next: Node, previous: Node): Iterable<FieldError> {
  const [after, before] = [next.spec?.podCIDRs ?? [], previous.spec?.podCIDRs ?? []];
  const moved = 'node updates may not change podCIDR except from "" to valid';
  if (before.length > 0 && after.length !== before.length) yield forbiddenField(POD_CIDRS, moved);
  else for (const [index, cidr] of before.entries()) if (after[index] !== cidr) yield forbiddenField(POD_CIDRS, moved);
  if (previous.spec?.providerID && next.spec?.providerID !== previous.spec.providerID) {
    yield forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid');
  }
  if ((next.spec?.externalID ?? '') !== (previous.spec?.externalID ?? '')) yield forbiddenField('spec.externalID', 'may not be updated');
}

/** Faults of a write to the status of a node. */
export function* nodeStatusRules(next: Node, previous: Node): Iterable<FieldError> {
  yield* resourceRules(next);
  yield* addressRules(next);
  yield* unchangedRules(next, previous);
  yield* taintRules(next);
}
