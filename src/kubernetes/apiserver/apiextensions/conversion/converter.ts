import type { Awaitable } from '../../../api/define.ts';
import type { KubeObject } from '../../../machinery/meta.ts';

/** Makes an object of one version of a custom resource one of another version. Its argument stays as it is. */
export interface Converter {
  convert(object: KubeObject, apiVersion: string): Awaitable<KubeObject>;
}

/** Versions that differ in nothing but their name. */
export const nameOnly: Converter = {
  convert: (object, apiVersion) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion }),
};
