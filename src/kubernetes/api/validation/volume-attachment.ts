import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, immutable, required, tooLong } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeError } from '../generated/storage-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { driverNameRules } from './csi-driver-name.ts';
import { sameValue } from './equal.ts';
import { persistentVolumeSpecRules } from './persistent-volume.ts';

const ONE_SOURCE = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
const MAX_MESSAGE = 1024;
const MAX_METADATA = 256 * 1024;

/** Faults of the wish that a volume be attached to a node. */
export function* volumeAttachmentRules({ spec }: VolumeAttachment, previous?: VolumeAttachment): Iterable<FieldError> {
  const { attacher = '', source = {}, nodeName = '' } = spec ?? ({} as VolumeAttachmentSpec);
  if (attacher === '') yield required('spec.attacher');
  else yield* driverNameRules(attacher, 'spec.attacher');
  yield* sourceRules(source, 'spec.source');
  yield* complaints('spec.nodeName', nodeName, isDns1123Subdomain(nodeName));
  if (previous && !sameValue(spec, previous.spec))
    yield immutable('spec', internalForm(spec, 'io.k8s.api.storage.v1.VolumeAttachmentSpec'));
}

function* sourceRules(
  { persistentVolumeName: name, inlineVolumeSpec: inline }: VolumeAttachmentSource,
  path: string,
): Iterable<FieldError> {
  if (name === undefined && inline === undefined) yield required(path, ONE_SOURCE);
  else if (name !== undefined && inline !== undefined) yield forbiddenField(path, ONE_SOURCE);
  else if (inline) yield* persistentVolumeSpecRules(inline, `${path}.inlineVolumeSpec`);
  else if (name !== undefined) yield* complaints(`${path}.persistentVolumeName`, name, isDns1123Subdomain(name));
}

/** Faults of a write to the status of an attachment. */
export function* volumeAttachmentStatusRules({ status }: VolumeAttachment): Iterable<FieldError> {
  const bytes = Object.entries(status?.attachmentMetadata ?? {}).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (bytes > MAX_METADATA) yield tooLong('status.attachmentMetadata', MAX_METADATA);
  yield* errorRules(status?.attachError, 'status.attachError');
  yield* errorRules(status?.detachError, 'status.detachError');
}

function* errorRules(error: VolumeError | undefined, path: string): Iterable<FieldError> {
  if ((error?.message?.length ?? 0) > MAX_MESSAGE) yield tooLong(`${path}.message`, MAX_MESSAGE);
}
