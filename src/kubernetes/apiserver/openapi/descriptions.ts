import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** What types and fields are for, by definition name; under the empty field name what the type is for. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const noDescriptions: Descriptions = {};

/** Reads the file that the build makes from upstream's comments; none where the build could not. */
export function loadDescriptions(path: string | undefined): Descriptions {
  if (!path) return noDescriptions;
  try {
    return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as Descriptions;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return noDescriptions;
    throw error;
  }
}
