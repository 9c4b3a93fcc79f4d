import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, startApiServer, type TestApiServer } from '../../../support/api-server.ts';
import { fuzzing } from './random.ts';

const { random, rounds } = fuzzing('patches', 12);
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const KEYS = ['a', 'b', 'c.d', 'e-f', 'constructor', '__proto__'];
const VALUES = ['', '1', 'true', 'é☃', '{"a":1}', 'x'.repeat(200)];

type Texts = Record<string, string>;

/** The maps of a ConfigMap that clients may change. */
interface Content {
  data: Texts;
  labels: Texts;
  annotations: Texts;
}

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const texts = (): Texts => Object.fromEntries(random.list(random.below(5), () => [random.pick(KEYS), random.pick(VALUES)]));
const content = (): Content => ({
  data: texts(),
  labels: Object.fromEntries(random.list(random.below(3), () => [random.pick(['a', 'b', 'x.y/c']), random.pick(['', '1', 'A.b'])])),
  annotations: annotations(),
});

function annotations(): Texts {
  return Object.fromEntries(random.list(random.below(3), () => [random.pick(['a', 'b', 'x.y/c']), random.pick(VALUES)]));
}

const objectOf = ({ data, labels, annotations }: Content, name: string) => ({ metadata: { name, labels, annotations }, data });

/** What an answer holds of it; what is left out is empty. */
function contentOf({ code, body }: Answer, what: string): Content {
  if (code !== 200 && code !== 201) throw new Error(`${what}: ${code} ${JSON.stringify(body)}`);
  const { data = {}, metadata } = body;
  return { data, labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
}

/** As a merge patch and a strategic merge patch say it alike. */
function difference(before: Texts, after: Texts): Record<string, string | null> {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return Object.fromEntries([...Object.entries(after), ...gone.map((key) => [key, null] as const)]);
}

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

function operations(at: string, before: Texts, after: Texts): object[] {
  if (Object.keys(before).length === 0) return [{ op: 'add', path: at, value: after }];
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key) => ({ op: 'remove', path: `${at}/${escaped(key)}` })),
    ...Object.entries(after).map(([key, value]) => ({
      op: Object.hasOwn(before, key) ? 'replace' : 'add',
      path: `${at}/${escaped(key)}`,
      value,
    })),
  ];
}

const patch = (name: string, type: string, body: unknown, query = '') =>
  server.call('PATCH', `${CONFIG_MAPS}/${name}${query}`, { headers: { 'content-type': `application/${type}` }, body });

test('a change is the same by every way of saying it', async () => {
  for (let round = 0; round < rounds; round++) {
    const [before, after] = [content(), content()];
    const names = ['json', 'merge', 'strategic', 'put'].map((way) => `${way}-${round}`) as [string, string, string, string];
    const what = JSON.stringify([before, after]);
    for (const name of names) contentOf(await server.call('POST', CONFIG_MAPS, { body: objectOf(before, name) }), what);
    const metadata = {
      labels: difference(before.labels, after.labels),
      annotations: difference(before.annotations, after.annotations),
    };
    const merge = { metadata, data: difference(before.data, after.data) };
    const steps = [
      ...operations('/data', before.data, after.data),
      ...operations('/metadata/labels', before.labels, after.labels),
      ...operations('/metadata/annotations', before.annotations, after.annotations),
    ];
    const answers = [
      await patch(names[0], 'json-patch+json', steps),
      await patch(names[1], 'merge-patch+json', merge),
      await patch(names[2], 'strategic-merge-patch+json', merge),
      await server.call('PUT', `${CONFIG_MAPS}/${names[3]}`, { body: objectOf(after, names[3]) }),
    ];
    for (const [index, answer] of answers.entries()) {
      expect(contentOf(answer, what), `${names[index]} ${what}`).toEqual(after);
      expect(contentOf(await server.call('GET', `${CONFIG_MAPS}/${names[index]}`), what), what).toEqual(after);
    }
  }
});

test('operations all at once and one by one come to the same', async () => {
  for (let round = 0; round < rounds; round++) {
    const [once, steps] = [`once-${round}`, `steps-${round}`];
    const before = { ...content(), data: { a: '1', ...texts() } };
    for (const name of [once, steps]) contentOf(await server.call('POST', CONFIG_MAPS, { body: objectOf(before, name) }), name);
    const list = random.list(6, () => {
      const [path, from] = [`/data/${random.pick(KEYS)}`, `/data/${random.pick(['a', ...Object.keys(before.data)])}`];
      return random.pick([
        { op: 'add', path, value: random.pick(VALUES) },
        { op: 'copy', from, path },
        { op: 'test', path: '/kind', value: 'ConfigMap' },
      ]);
    });
    const atOnce = await patch(once, 'json-patch+json', list);
    for (const operation of list) contentOf(await patch(steps, 'json-patch+json', [operation]), JSON.stringify(operation));
    const last = contentOf(await server.call('GET', `${CONFIG_MAPS}/${steps}`), steps);
    expect(contentOf(atOnce, JSON.stringify(list)), JSON.stringify([before, list])).toEqual(last);
  }
});

test('what is applied is there, and goes when it is applied no more', async () => {
  for (let round = 0; round < rounds; round++) {
    const name = `applied-${round}`;
    const [created, first, second] = [texts(), texts(), texts()];
    contentOf(await server.call('POST', CONFIG_MAPS, { body: { metadata: { name }, data: created } }), name);
    const apply = (data: Texts) =>
      patch(name, 'apply-patch+yaml', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }, '?fieldManager=fuzz&force=true');
    const what = JSON.stringify([created, first, second]);
    expect(contentOf(await apply(first), what).data, what).toEqual(joined(created, first));
    // A value that was overwritten is its creator's no more.
    const kept = Object.entries(created).filter(([key, value]) => !Object.hasOwn(first, key) || first[key] === value);
    expect(contentOf(await apply(second), what).data, what).toEqual(joined(Object.fromEntries(kept), second));
  }
});

/** `__proto__` is a key like any other, which the spread of objects would not make of it. */
const joined = (...maps: Texts[]): Texts => Object.fromEntries(maps.flatMap((map) => Object.entries(map)));

interface Variable {
  name: string;
  value?: string;
}

test('lists that strategic patches merge by key come out as whole lists say them', async () => {
  const variables = (): Variable[] =>
    [...new Set(random.list(random.below(4), () => random.pick(['A', 'B', 'C', 'D'])))].map((name) => ({
      name,
      value: random.pick(['1', '2']),
    }));
  const path = '/apis/apps/v1/namespaces/default/deployments';
  for (let round = 0; round < rounds; round++) {
    const [before, after] = [variables(), variables()];
    const body = (env: unknown) => ({
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i', env }] } },
      },
    });
    for (const way of ['merge', 'strategic']) {
      const created = await server.call('POST', path, { body: { ...body(before), metadata: { name: `${way}-${round}` } } });
      expect(created.code, created.text).toBe(201);
    }
    const deleted = before
      .filter(({ name }) => !after.some((other) => other.name === name))
      .map(({ name }) => ({ name, $patch: 'delete' }));
    const change = async (way: string, type: string, env: unknown): Promise<Variable[]> => {
      const headers = { 'content-type': `application/${type}` };
      const answer = await server.call('PATCH', `${path}/${way}-${round}`, { headers, body: body(env) });
      expect(answer.code, answer.text).toBe(200);
      return (answer.body.spec.template.spec.containers[0].env ?? []).toSorted((a: Variable, b: Variable) => (a.name < b.name ? -1 : 1));
    };
    const merged = await change('merge', 'merge-patch+json', after);
    expect(await change('strategic', 'strategic-merge-patch+json', [...after, ...deleted]), JSON.stringify([before, after])).toEqual(
      merged,
    );
  }
});
