import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitions } from '../../../src/kubernetes/api/registry.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { hasReference, recorded, withField } from '../../support/reference.ts';

interface Base {
  id: string;
  path: string;
  object: { metadata: { name: string } };
}

interface Write {
  id: string;
  set: [string, unknown];
  code: number;
  status?: Failure;
}

interface Failure {
  reason?: string;
  details?: { causes?: { field?: string; reason?: string }[] };
}

/** Every so many-th of the recorded requests is asked: enough to notice when a rule breaks. */
const STEP = 15;

/** Servers write the status of these themselves: whether an update comes before or after is chance, here and in the recording. */
const WRITTEN_BY_SERVERS = new Set(['apiservice', 'crd', 'flowschema']);

const served = new Set(definitions.map(({ group, version, plural }) => `${group ? `/apis/${group}` : '/api'}/${version} ${plural}`));
const kindOf = (path: string): string => path.replace(/\/namespaces\/[^/]+/, '').replace(/\/([^/]+)$/, ' $1');

/** What a client acts on: the code, and of a failure its reason and the faulty fields. */
function essence(code: number, status: Failure | undefined): string {
  const causes = status?.details?.causes?.map(({ field, reason }) => `${field} ${reason}`).sort() ?? [];
  return code < 400 ? String(code) : JSON.stringify([code, status?.reason, causes]);
}

describe.skipIf(!hasReference)('objects with one field changed are taken and refused as by a real server', () => {
  const bases = hasReference ? recorded<Base>('bases').filter(({ path }) => served.has(kindOf(path))) : [];
  const creates = hasReference ? Map.groupBy(recorded<Write>('create'), ({ id }) => id) : new Map<string, Write[]>();
  const updates = hasReference ? Map.groupBy(recorded<Write>('update'), ({ id }) => id) : new Map<string, Write[]>();
  let server: TestApiServer;

  beforeAll(async () => {
    server = await startApiServer();
    await server.call('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'oracle' } } });
    await server.call('POST', '/api/v1/namespaces/oracle/serviceaccounts', {
      body: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
    });
  });
  afterAll(() => server?.[Symbol.asyncDispose]());

  /** The changes that are answered differently. */
  async function differences(writes: Write[], method: string, path: string, object: object): Promise<string[]> {
    const found: string[] = [];
    for (const { id, set, code, status } of writes.filter((_, index) => index % STEP === 0)) {
      const { code: own, body } = await server.call(method, `${path}?dryRun=All&fieldValidation=Strict`, { body: withField(object, set) });
      if (WRITTEN_BY_SERVERS.has(id) && (code === 409) !== (own === 409)) continue;
      if (essence(own, body) !== essence(code, status))
        found.push(`${JSON.stringify(set)}: ${essence(code, status)}, not ${essence(own, body)}`);
    }
    return found;
  }

  for (const { id, path, object } of bases) {
    test(id, { timeout: 60_000 }, async () => {
      const changed = creates.get(id) ?? [];
      const created = await differences(changed, 'POST', path, object);
      const { body: live } = await server.call('POST', path, { body: object });
      delete live.metadata.managedFields;
      const edited = updates.get(id) ?? [];
      const updated = await differences(edited, 'PUT', `${path}/${object.metadata.name}`, live);
      // Two in a hundred may differ: plugins that this server does not have.
      const asked = Math.ceil(changed.length / STEP) + Math.ceil(edited.length / STEP);
      const different = [...created, ...updated];
      expect(different.length <= Math.max(1, asked / 50) ? [] : different).toEqual([]);
    });
  }
});
