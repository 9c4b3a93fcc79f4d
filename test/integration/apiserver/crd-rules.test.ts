import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { crontabs } from '../../support/crontab.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const OBJECTS = '/apis/stable.example.com/v1/namespaces/default/crontabs';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const version = (spec: object, rest: object = {}) => ({
  schema: { openAPIV3Schema: { type: 'object', properties: { spec, ...rest } } },
  subresources: { status: {} },
});

const rules = (...list: object[]) => ({ 'x-kubernetes-validations': list });
const causesOf = (body: { details?: { causes?: { field: string; message: string }[] } }) =>
  (body.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);

describe('a definition whose rules are wrong is refused', () => {
  const AT = 'spec.validation.openAPIV3Schema.properties[spec]';
  const ADVICE =
    '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
  const shown = (rule: string, rest: object = {}) =>
    JSON.stringify({ Rule: rule, Message: '', MessageExpression: '', Reason: null, FieldPath: '', OptionalOldSelf: null, ...rest });
  const list = (rest: object = {}) => ({ type: 'array', items: { type: 'string' }, ...rest });
  const object = (properties: object, ...list: object[]) => ({ type: 'object', properties, ...rules(...list) });

  test.each<{ name: string; spec: object; causes: string[] }>([
    {
      name: 'an unknown field',
      spec: object({ a: { type: 'string' } }, { rule: 'self.b' }),
      causes: [
        `${AT}.x-kubernetes-validations[0].rule: Invalid value: ${shown('self.b')}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b\n | ....^`,
      ],
    },
    {
      name: 'no bool',
      spec: object({ a: { type: 'string' } }, { rule: 'self.a' }),
      causes: [`${AT}.x-kubernetes-validations[0].rule: Invalid value: ${shown('self.a')}: cel expression must evaluate to a bool`],
    },
    {
      name: 'a message expression that is no string',
      spec: object({ a: { type: 'integer' } }, { rule: 'self.a == 1', messageExpression: 'self.a' }),
      causes: [
        `${AT}.x-kubernetes-validations[0].messageExpression: Invalid value: ${shown('self.a == 1', { MessageExpression: 'self.a' })}: messageExpression must evaluate to a string`,
      ],
    },
    {
      name: 'a comparison with what cannot be found again',
      spec: object({ l: { type: 'array', items: { type: 'string', maxLength: 1, ...rules({ rule: 'self == oldSelf' }) }, maxItems: 1 } }),
      causes: [
        `${AT}.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${AT}.properties[l]`,
      ],
    },
    {
      name: 'an optional old value that is not used',
      spec: object({ a: { type: 'string' } }, { rule: 'true', optionalOldSelf: true }),
      causes: [`${AT}.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`],
    },
    {
      name: 'a reason and a path that are none',
      spec: object({ a: { type: 'string' } }, { rule: 'true', reason: 'Because', fieldPath: '.b' }),
      causes: [
        `${AT}.x-kubernetes-validations[0].reason: Unsupported value: "Because": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
        `${AT}.x-kubernetes-validations[0].fieldPath: Invalid value: ".b": must be a valid path`,
      ],
    },
    {
      name: 'a rule that may cost too much',
      spec: object({ a: list(), b: list() }, { rule: 'self.a.all(x, self.b.all(y, x != y))' }),
      causes: [
        `${AT}.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${ADVICE}`,
        `${AT}.x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`,
        `spec.validation.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${ADVICE}`,
      ],
    },
    {
      name: 'a rule that costs a little too much for where it is',
      spec: object({ l: list({ items: { type: 'string', ...rules({ rule: "self.contains('ab')" }) } }) }),
      causes: [
        `${AT}.properties[l].items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x ${ADVICE}`,
        `${AT}.properties[l].items.x-kubernetes-validations[0].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`,
        `spec.validation.openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of more than 100x ${ADVICE}`,
      ],
    },
    {
      name: 'a default that a rule refuses',
      spec: object({ a: { type: 'integer', default: 3, ...rules({ rule: 'self < 3' }) } }),
      causes: [`${AT}.properties[a].default: Invalid value: 3: failed rule: self < 3`],
    },
  ])('$name', async ({ spec, causes }) => {
    const { code, body } = await server.call('POST', CRDS, { body: crontabs({}, version(spec)) });
    expect(code).toBe(422);
    expect(causesOf(body)).toEqual(causes);
  });
});

describe('objects', () => {
  const LIMITS = rules(
    { rule: 'self.min <= self.max', messageExpression: "'min (%d) is above max'.format([self.min])", fieldPath: '.min' },
    {
      rule: '!has(oldSelf.fixed) || (has(self.fixed) && self.fixed == oldSelf.fixed)',
      reason: 'FieldValueForbidden',
      message: 'fixed stays',
    },
  );
  const spec = {
    type: 'object',
    properties: { min: { type: 'integer' }, max: { type: 'integer' }, fixed: { type: 'string' }, free: { type: 'string' } },
    ...LIMITS,
  };
  const status = { type: 'object', properties: { phase: { type: 'string', ...rules({ rule: "self != 'Lost'" }) } } };
  const crontab = (name: string, spec: object, rest: object = {}) => ({
    apiVersion: 'stable.example.com/v1',
    kind: 'CronTab',
    metadata: { name },
    spec,
    ...rest,
  });

  beforeAll(async () => {
    const { code, text, headers } = await server.call('POST', CRDS, { body: crontabs({}, version(spec, { status })) });
    expect(code, text).toBe(201);
    expect(headers.warning).toBeUndefined();
    await vi.waitFor(async () => expect((await server.call('GET', OBJECTS)).code).toBe(200));
    expect((await server.call('POST', OBJECTS, { body: crontab('one', { min: 1, max: 2, fixed: 'a' }) })).code).toBe(201);
  });

  test('are refused by a rule when they are made', async () => {
    const { code, body } = await server.call('POST', OBJECTS, { body: crontab('two', { min: 3, max: 2 }) });
    expect(code).toBe(422);
    expect(body.message).toBe('CronTab.stable.example.com "two" is invalid: spec.min: Invalid value: min (3) is above max');
    expect(body.details.causes).toEqual([
      { reason: 'FieldValueInvalid', message: 'Invalid value: min (3) is above max', field: 'spec.min' },
    ]);
  });

  test.each([
    { name: 'an update', method: 'PUT', body: crontab('one', { min: 1, max: 2, fixed: 'b' }), headers: {} },
    { name: 'a merge patch', method: 'PATCH', body: { spec: { fixed: null } }, headers: MERGE },
    { name: 'apply', method: 'PATCH', body: crontab('one', { fixed: 'c' }), headers: APPLY },
  ])('and by $name that changes what must stay', async ({ method, body, headers }) => {
    const { metadata } = (await server.call('GET', `${OBJECTS}/one`)).body;
    const sent = method === 'PUT' ? { ...body, metadata } : body;
    const query = headers === APPLY ? '?fieldManager=me&force=true' : '';
    const { code, body: answer } = await server.call(method, `${OBJECTS}/one${query}`, { body: sent, headers });
    expect(code).toBe(422);
    expect(causesOf(answer)).toEqual(['spec: Forbidden: fixed stays']);
  });

  test('rules wait until the types are right', async () => {
    const { body } = await server.call('POST', OBJECTS, { body: crontab('two', { min: 'x', max: 2 }) });
    expect(causesOf(body)).toEqual([
      'spec.min: Invalid value: "string": spec.min in body must be of type integer: "string"',
      '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    ]);
  });

  test('a status has rules too', async () => {
    const patch = (phase: string) => server.call('PATCH', `${OBJECTS}/one/status`, { body: { status: { phase } }, headers: MERGE });
    expect((await patch('Found')).code).toBe(200);
    const { code, body } = await patch('Lost');
    expect(code).toBe(422);
    expect(causesOf(body)).toEqual([`status.phase: Invalid value: "Lost": failed rule: self != 'Lost'`]);
  });

  test('what was there before a rule may stay, with a warning', async () => {
    const { body: crd } = await server.call('GET', `${CRDS}/crontabs.stable.example.com`);
    const properties = crd.spec.versions[0].schema.openAPIV3Schema.properties;
    properties.spec['x-kubernetes-validations'] = [{ rule: 'self.max > 5', message: 'max is small' }];
    expect((await server.call('PUT', `${CRDS}/crontabs.stable.example.com`, { body: crd })).code).toBe(200);
    const patch = (body: object) => server.call('PATCH', `${OBJECTS}/one`, { body, headers: MERGE });
    const kept = await patch({ metadata: { labels: { a: 'b' } } });
    expect(kept.code).toBe(200);
    expect(kept.headers.warning).toBe('299 - "spec: Invalid value: max is small"');
    expect((await patch({ spec: { free: 'x' } })).code).toBe(422);
    expect((await patch({ spec: { free: 'x', max: 6 } })).code).toBe(200);
  });
});
