import type { ManagedFieldsEntry } from '../../meta.ts';
import { ApiError } from '../../status.ts';
import { goQuote } from '../../validation/go-text.ts';
import type { FieldSet } from './field-set.ts';
import { type PathElement, showPath } from './path-element.ts';

/** A path that an applied configuration would take from another manager. */
export interface Conflict {
  /** The manager's identifier: its entry without fields and time, as JSON. */
  manager: string;
  path: readonly PathElement[];
}

/** The configuration touches fields of others and does not say `force`. */
export class ApplyConflict extends Error {
  override readonly name = 'ApplyConflict';
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    super(conflictMessage(conflicts));
    this.conflicts = conflicts;
  }
}

export function conflictsOf(owned: ReadonlyMap<string, FieldSet>): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const manager of [...owned.keys()].sort()) {
    owned.get(manager)?.forEach((path) => {
      conflicts.push({ manager, path });
    });
  }
  return conflicts;
}

function showManager(identifier: string): string {
  const { manager = '', operation, apiVersion, subresource } = JSON.parse(identifier) as ManagedFieldsEntry;
  const name = subresource ? `${goQuote(manager)} with subresource ${goQuote(subresource)}` : goQuote(manager);
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first)
    return `Apply failed with 1 conflict: conflict with ${showManager(first.manager)}: ${showPath(first.path)}`;
  const lines: string[] = [];
  let manager: string | undefined;
  for (const conflict of conflicts) {
    if (conflict.manager !== manager) lines.push(`conflicts with ${showManager(conflict.manager)}:`);
    manager = conflict.manager;
    lines.push(`- ${showPath(conflict.path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** 409 with a cause per path. */
export function conflictError({ conflicts, message }: ApplyConflict): ApiError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${showManager(manager)}`,
    field: showPath(path),
  }));
  return new ApiError({ code: 409, reason: 'Conflict', message, details: { causes } });
}
