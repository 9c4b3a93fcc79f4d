/** A volume that cannot be had (yet); told to the user as FailedMount. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
}
