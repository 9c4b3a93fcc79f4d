import { defineFunction, type Library, overload } from '../../types/declarations.ts';
import { stringType } from '../../types/type.ts';

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** `jsonpatch.escapeKey`: a key as a part of a path. Only where JSON patches are made. */
export const jsonPatchLibrary: Library = {
  name: 'kubernetes.jsonpatch',
  functions: [defineFunction('jsonpatch.escapeKey', overload('string_jsonpatch_escapeKey_string', [stringType], stringType, escapeKey))],
};
