import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Not in the Debian packages. */
const AGGREGATOR = ['v1', 'v1beta1'].map((version) => ({ group: 'apiregistration.k8s.io', version }));

/** Documents about the API, not kinds of it. */
const NOT_KINDS = 'apidiscovery.k8s.io';

/** Every group version of upstream's sources, sorted. */
export function knownVersions(gocode: string): GroupVersion[] {
  const roots = ['k8s.io/api', 'k8s.io/apiextensions-apiserver/pkg/apis'].map((root) => join(gocode, root));
  const found = roots.flatMap((root) => foldersIn(root).flatMap((folder) => versionsIn(join(root, folder))));
  return [...found, ...AGGREGATOR]
    .filter(({ group }) => group !== NOT_KINDS)
    .sort((a, b) => (`${a.group}/${a.version}` < `${b.group}/${b.version}` ? -1 : 1));
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function versionsIn(folder: string): GroupVersion[] {
  return foldersIn(folder)
    .filter((name) => /^v\d/.test(name))
    .flatMap((version) => {
      const file = join(folder, version, 'register.go');
      const group = existsSync(file) ? /GroupName = "([^"]*)"/.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
      return group === undefined ? [] : [{ group, version }];
    });
}
