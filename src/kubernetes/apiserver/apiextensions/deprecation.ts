import type { CustomResourceDefinitionSpec, CustomResourceDefinitionVersion } from '../../api/generated/apiextensions-v1.ts';
import { compareVersions } from '../discovery/catalog.ts';

/** What users of a deprecated version are told; undefined for versions that are not. */
export function deprecationOf(spec: CustomResourceDefinitionSpec, version: CustomResourceDefinitionVersion): string | undefined {
  if (!version.deprecated) return undefined;
  return version.deprecationWarning ?? defaultWarning(spec, version.name);
}

function defaultWarning({ group, names: { kind }, versions }: CustomResourceDefinitionSpec, deprecated: string): string {
  const message = `${group}/${deprecated} ${kind} is deprecated`;
  const [better] = versions
    .filter((version) => version.served && !version.deprecated && compareVersions(version.name, deprecated) > 0)
    .map(({ name }) => name)
    .sort((a, b) => compareVersions(b, a));
  return better === undefined ? message : `${message}; use ${group}/${better} ${kind}`;
}
