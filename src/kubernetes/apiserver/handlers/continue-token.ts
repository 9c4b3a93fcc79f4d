import { badRequest } from '../../machinery/status.ts';

/** Where the next page of a list starts, and which state of the world it shows. */
export interface Position {
  /** Undefined: as it is now, for who goes on after the state of the first page was forgotten. */
  readonly revision: number | undefined;
  /** Key of the last object of the page before, relative to the resource. */
  readonly after: string;
}

const API_VERSION = 'meta.k8s.io/v1';
const NOW = -1;

export function encodeContinue({ revision, after }: Position): string {
  return Buffer.from(JSON.stringify({ v: API_VERSION, rv: revision ?? NOW, start: `${after}\0` })).toString('base64url');
}

/** Reads a token; 400 for anything we did not write. */
export function decodeContinue(token: string): Position {
  const illegal = /[^A-Za-z0-9_-]/.exec(token);
  if (illegal) throw invalidToken(`illegal base64 data at input byte ${illegal.index}`);
  const { v, rv, start } = parse(Buffer.from(token, 'base64url'));
  if (v !== API_VERSION) throw invalidToken(`server does not recognize this encoded version ${String(v ?? '')}`);
  if (typeof rv !== 'number' || rv === 0) throw invalidToken(`incorrect encoded start resourceVersion (version ${API_VERSION})`);
  if (typeof start !== 'string' || start === '') throw invalidToken(`encoded start key empty (version ${API_VERSION})`);
  return { revision: rv < 0 ? undefined : rv, after: start.endsWith('\0') ? start.slice(0, -1) : start };
}

function parse(bytes: Buffer): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // Go's parser looks at bytes, and names the first it does not like.
    throw invalidToken(
      bytes.length === 0
        ? 'unexpected end of JSON input'
        : `invalid character '${bytes.subarray(0, 1).toString('latin1')}' looking for beginning of value`,
    );
  }
}

function invalidToken(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}
