import { unifiedDiff } from '../../machinery/validation/unified-diff.ts';
import { internalForm } from './internal-form.ts';

/** How `before` became `after`, as messages append it to what may not change. */
export function internalDiff(before: unknown, after: unknown, definition: string): string {
  return unifiedDiff(text(before, definition), text(after, definition));
}

const text = (value: unknown, definition: string): string => JSON.stringify(internalForm(value, definition), undefined, 1);
