import { namespaces } from '../../../api/resources.ts';
import type { KubeObject, LabelSelector } from '../../../machinery/meta.ts';
import { type Selector, selectorFrom } from '../../../machinery/selectors.ts';
import { notFound } from '../../../machinery/status.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { isNamespaces } from './rules.ts';

const parsed = new WeakMap<LabelSelector, Selector>();

/** A selector of a stored object, read once. */
export function selectorOf(selector: LabelSelector): Selector {
  const known = parsed.get(selector);
  if (known) return known;
  const made = selectorFrom(selector);
  parsed.set(selector, made);
  return made;
}

export function selectsAll(selector: LabelSelector | undefined): boolean {
  return !selector || (Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length);
}

/**
 * Whether the namespace of a request is selected. Requests outside of namespaces always are. Throws 404 where there is
 * no such namespace.
 */
export function namespaceSelected(selector: LabelSelector | undefined, attributes: AdmissionAttributes, store: ObjectStore): boolean {
  const about = isNamespaces(attributes.resource);
  if (!selector || selectsAll(selector) || (attributes.namespace === '' && !about)) return true;
  return selectorOf(selector).matches(namespaceOf(attributes, store).metadata.labels);
}

/** The namespace a request is in, which for namespaces is the one that it is about. */
function namespaceOf(attributes: AdmissionAttributes, store: ObjectStore): KubeObject {
  const { resource, subresource, operation, object, namespace } = attributes;
  if (isNamespaces(resource) && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE') && object) return object;
  const name = namespace || attributes.name;
  const found = store.get(namespaces, '', name);
  if (!found) throw notFound(namespaces, name);
  return found;
}

/** Whether the object of a request, as it is or as it was, is selected. */
export function objectSelected(selector: LabelSelector | undefined, { object, oldObject }: AdmissionAttributes): boolean {
  if (!selector || selectsAll(selector)) return true;
  const made = selectorOf(selector);
  return [object, oldObject].some((one) => one?.metadata !== undefined && made.matches(one.metadata.labels));
}
