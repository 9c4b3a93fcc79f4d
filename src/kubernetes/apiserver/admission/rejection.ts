import { type ApiError, forbidden } from '../../machinery/status.ts';
import type { AdmissionAttributes } from './admission.ts';

/** The 403 of an admission plugin. An object that has no name yet goes by the beginning of its generated one. */
export function rejection(attributes: AdmissionAttributes, why: string): ApiError {
  const metadata = attributes.object?.metadata;
  const name = attributes.name || metadata?.name || metadata?.generateName || 'Unknown';
  return forbidden(attributes.resource, name, why);
}

/** Whether a write is about the main resource of a core kind. */
export function isCore(attributes: AdmissionAttributes, plural: string, subresource = ''): boolean {
  const { resource } = attributes;
  return resource.group === '' && resource.plural === plural && attributes.subresource === subresource;
}
