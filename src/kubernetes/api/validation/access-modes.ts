import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, notSupported } from '../../machinery/validation/faults.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const VOLUME_MODES = ['Block', 'Filesystem'];

/** How volumes may be mounted; a volume for one pod is for nobody else. */
export function* accessModeRules(modes: readonly string[], path: string): Iterable<FieldError> {
  for (const mode of modes) if (!ACCESS_MODES.includes(mode)) yield notSupported(path, mode, ACCESS_MODES);
  const known = modes.filter((mode) => ACCESS_MODES.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    yield forbiddenField(path, 'may not use ReadWriteOncePod with other access modes');
  }
}
