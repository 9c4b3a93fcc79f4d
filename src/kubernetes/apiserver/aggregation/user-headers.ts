import type { UserInfo } from '../request.ts';

/** How an extension server learns from the front proxy who is asking. */
export function userHeaders({ username, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'x-remote-user': username, ...(uid ? { 'x-remote-uid': uid } : {}) };
  if (groups.length > 0) headers['x-remote-group'] = groups;
  for (const [key, values] of Object.entries(extra)) headers[`x-remote-extra-${encodeKey(key)}`] = values;
  return headers;
}

/** Keys of extra hold what header names may not: those characters are percent-encoded. */
function encodeKey(key: string): string {
  return key
    .toLowerCase()
    .replace(/[^a-z0-9!#$&'*+.^_`|~-]/g, (character) =>
      [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
    );
}
