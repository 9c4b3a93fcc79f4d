import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, notSupported, tooLong } from '../../machinery/validation/faults.ts';
import type { RequestContext } from '../request.ts';
import type { WriteContext } from '../writes/context.ts';
import { rejectOptions } from './query.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** Options of create, update and patch requests. */
export interface WriteQuery {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** The options as an object, with what was said only. */
  readonly options?: object;
}

const MAX_MANAGER_LENGTH = 128;

/** Checks the query of a write; `kind` is the options' kind, for the message. */
export function parseWriteQuery(query: URLSearchParams, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'): WriteQuery {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  rejectOptions(kind, [...dryRunFaults(dryRun), ...managerFaults(fieldManager), ...validationFaults(fieldValidation)]);
  const options = {
    ...(dryRun.length > 0 ? { dryRun } : {}),
    ...(fieldManager ? { fieldManager } : {}),
    ...(fieldValidation ? { fieldValidation } : {}),
  };
  return { dryRun: dryRun.length > 0, fieldManager, fieldValidation: (fieldValidation || 'Warn') as FieldValidation, options };
}

export function* dryRunFaults(dryRun: readonly string[]): Iterable<FieldError> {
  if (dryRun.some((value) => value !== 'All')) yield notSupported('dryRun', dryRun, ['All']);
}

function* managerFaults(manager: string): Iterable<FieldError> {
  if (Buffer.byteLength(manager) > MAX_MANAGER_LENGTH) yield tooLong('fieldManager', MAX_MANAGER_LENGTH);
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(manager)) yield invalidValue('fieldManager', manager, 'should only contain printable characters');
}

function* validationFaults(value: string): Iterable<FieldError> {
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(value)) yield notSupported('fieldValidation', value, ['', 'Ignore', 'Strict', 'Warn']);
}

/** A write whose fields nobody comes to own through it: deletes, bindings, and applies, which see to it themselves. */
export function untrackedWrite(request: RequestContext, options: Pick<WriteQuery, 'dryRun' | 'options'>): WriteContext {
  const { fieldManager: _, ...write } = writeContext(request, { ...options, fieldManager: '' });
  return write;
}

/** The write that a request makes. */
export function writeContext(request: RequestContext, options: Pick<WriteQuery, 'dryRun' | 'fieldManager' | 'options'>): WriteContext {
  return {
    user: request.user,
    verb: request.info.verb,
    dryRun: options.dryRun,
    fieldManager: options.fieldManager || managerOf(request),
    admission: true,
    signal: request.signal,
    ...(options.options ? { options: options.options } : {}),
    warn: (text) => void request.warnings.add(text),
    annotate: (key, value) => void request.auditAnnotations.set(key, value),
  };
}

/** Clients that do not name a field manager are known by their program's name. */
function managerOf(request: RequestContext): string {
  const agent = String(request.headers['user-agent'] ?? '').split('/')[0] ?? '';
  return [...agent].slice(0, MAX_MANAGER_LENGTH).join('') || 'unknown';
}
