import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { JsonCodec } from '../../src/kubernetes/machinery/codec/decode.ts';
import { ProtobufCodec } from '../../src/kubernetes/machinery/codec/protobuf/codec.ts';
import { toYaml, yamlToJson } from '../../src/kubernetes/machinery/codec/yaml.ts';
import { parseApiVersion } from '../../src/kubernetes/machinery/resource.ts';
import { SchemaCatalog } from '../../src/kubernetes/machinery/schema/catalog.ts';
import { factsText } from './emit-facts.ts';
import { objectsOf } from './model.ts';
import { ALL_PACKAGES, type SourcePackage } from './packages.ts';
import { Universe } from './universe.ts';

/** Upstream's own examples of every kind and version, in all three encodings; there once `npm run generate` has run. */
const gocode = fileURLToPath(new URL('../../.cache/k8s-src/usr/share/gocode/src', import.meta.url));
const golden = join(gocode, 'k8s.io/api/testdata/HEAD');
const hasGolden = existsSync(golden);

/** Every version of every group, served or not. */
function everyPackage(): SourcePackage[] {
  const root = join(gocode, 'k8s.io/api');
  const folders = (folder: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const all = folders(root).flatMap((folder) =>
    folders(join(root, folder))
      .filter((version) => existsSync(join(root, folder, version, 'types.go')))
      .map((version) => ({
        path: `k8s.io/api/${folder}/${version}`,
        prefix: `io.k8s.api.${folder}.${version}`,
        group: /GroupName = "([^"]*)"/.exec(readFileSync(join(root, folder, version, 'register.go'), 'utf8'))?.[1],
        version,
        module: `${folder}-${version}`,
      })),
  );
  const known = ALL_PACKAGES.filter(({ path }) => !path.startsWith('k8s.io/api/'));
  return [...known, ...all.sort((a) => (a.path === 'k8s.io/api/core/v1' ? -1 : 1))];
}

function codecs() {
  const packages = everyPackage();
  const universe = new Universe(gocode, packages);
  const catalog = new SchemaCatalog(
    packages.map((source) => ({ ...source, facts: factsText(universe, source, objectsOf(universe, source)) })),
  );
  const json = new JsonCodec(catalog.lookup);
  return { catalog, json, protobuf: new ProtobufCodec(catalog.lookup, json) };
}

const names = hasGolden ? [...new Set(readdirSync(golden).map((name) => name.replace(/\.(json|yaml|pb)$/, '')))] : [];

test.skipIf(!hasGolden)('every example goes through every codec byte for byte', () => {
  const { catalog, json, protobuf } = codecs();
  const file = (name: string) => readFileSync(join(golden, name));
  const pretty = (object: object) => JSON.stringify(object, null, 2);
  for (const name of names) {
    const text = file(`${name}.json`).toString();
    const { kind, apiVersion } = JSON.parse(text);
    // The one that is no kind of its own does not say what it is.
    const definition = kind
      ? (catalog.kind({ ...parseApiVersion(apiVersion), kind }) ?? name)
      : 'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent';
    const read = json.decode(definition, text);
    expect(read.strict, name).toEqual([]);
    expect(pretty(read.value), `${name} from JSON`).toBe(text);

    const bytes = file(`${name}.pb`);
    expect(pretty(protobuf.decode(definition, protobuf.open(bytes))), `${name} from protobuf`).toBe(text);
    expect(Buffer.from(protobuf.encode(definition, read.value)).equals(bytes), `${name} to protobuf`).toBe(true);

    const yaml = file(`${name}.yaml`).toString();
    expect(pretty(json.decode(definition, yamlToJson(yaml).json).value), `${name} from YAML`).toBe(text);
    expect(toYaml(read.value), `${name} to YAML`).toBe(yaml);
  }
  expect(names.length).toBeGreaterThan(180);
});
