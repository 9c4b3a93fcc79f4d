import type { ReadsField } from '../../api/define.ts';
import type { SelectableField } from '../../api/generated/apiextensions-v1.ts';
import { findAll } from '../../machinery/json-path/find.ts';
import { parseJsonPath } from '../../machinery/json-path/parse.ts';
import type { KubeObject } from '../../machinery/meta.ts';

/** How field selectors read the fields that a version names. */
export function customFields(fields: readonly SelectableField[] | undefined): Record<string, ReadsField<KubeObject>> {
  return Object.fromEntries((fields ?? []).map(({ jsonPath }) => [jsonPath.replace(/^\./, ''), readerOf(jsonPath)]));
}

function readerOf(jsonPath: string): ReadsField<KubeObject> {
  const path = parseJsonPath(jsonPath);
  return (object) => {
    const [value] = findAll(path, object);
    return value === undefined || value === null ? '' : String(value);
  };
}
