import { describe, expect, test } from 'vitest';
import { lookupSchema } from '../../../api/schemas.ts';
import type { KubeObject } from '../../meta.ts';
import { ApiError } from '../../status.ts';
import { FieldManager, keepTimesIfUnchanged, type TrackedKind } from './field-manager.ts';

interface Pod extends KubeObject {
  spec?: { containers?: object[]; nodeName?: string };
  data?: Record<string, string>;
}

const manager = new FieldManager(lookupSchema);
const TIME = '2026-01-01T00:00:00Z';

const configMaps: TrackedKind = {
  schema: 'io.k8s.api.core.v1.ConfigMap',
  apiVersion: 'v1',
  kind: 'ConfigMap',
  subresource: '',
  resetFields: [],
  empty: { metadata: {} },
};
const pods: TrackedKind = {
  ...configMaps,
  schema: 'io.k8s.api.core.v1.Pod',
  kind: 'Pod',
  resetFields: ['status'],
  empty: { metadata: {}, spec: { containers: null }, status: {} },
};

const configMap = (data: Record<string, string>, metadata: object = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', ...metadata },
  data,
});
const pod = (...containers: object[]): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers } });

const apply = (by: string, live: Pod | undefined, config: Pod, force = false, kind = configMaps): Pod =>
  manager.apply(kind, live, config, { manager: by, time: TIME }, force);

function update(by: string, live: Pod | undefined, next: Pod, kind = configMaps): Pod {
  manager.recordWrite(kind, live, next, { manager: by, time: TIME });
  return next;
}

const owners = ({ metadata }: KubeObject) =>
  Object.fromEntries((metadata.managedFields ?? []).map((entry) => [`${entry.manager} ${entry.operation}`, entry.fieldsV1]));

function refusal(attempt: () => unknown): ApiError {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('applying', () => {
  test('a new object belongs to who applied it', () => {
    expect(apply('a', undefined, configMap({ x: '1' })).metadata.managedFields).toEqual([
      { manager: 'a', operation: 'Apply', apiVersion: 'v1', time: TIME, fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:x': {} } } },
    ]);
  });

  test('what a configuration no longer has goes', () => {
    const live = apply('a', undefined, configMap({ x: '1', y: '2' }));
    const next = apply('a', live, configMap({ y: '2' }));
    expect(next.data).toEqual({ y: '2' });
    expect(owners(next)).toEqual({ 'a Apply': { 'f:data': { 'f:y': {} } } });
  });

  test('but stays where somebody else applied it too', () => {
    const both = apply('b', apply('a', undefined, configMap({ x: '1' })), configMap({ x: '1' }));
    const next = apply('a', both, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } });
    expect(next.data).toEqual({ x: '1' });
    expect(Object.keys(owners(next))).toEqual(['b Apply']);
  });

  test('items of a list are told apart by their key', () => {
    const live = apply('a', undefined, pod({ name: 'c', image: '1' }), false, pods);
    const next = apply('b', live, pod({ name: 'd', image: '2' }), false, pods);
    expect(next.spec?.containers).toEqual([
      { name: 'c', image: '1' },
      { name: 'd', image: '2' },
    ]);
    expect(owners(next)['b Apply']).toEqual({
      'f:spec': { 'f:containers': { 'k:{"name":"d"}': { '.': {}, 'f:image': {}, 'f:name': {} } } },
    });
  });

  test('managedFields in a configuration are refused', () => {
    expect(refusal(() => apply('a', undefined, configMap({}, { managedFields: [] }))).status).toMatchObject({
      code: 400,
      message: 'metadata.managedFields must be nil',
    });
  });
});

describe('conflicts', () => {
  const live = () => apply('a', undefined, configMap({ x: '1', y: '1' }));

  test('one', () => {
    const { status } = refusal(() => apply('b', live(), configMap({ x: '2' })));
    expect(status).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "a": .data.x',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "a"', field: '.data.x' }] },
    });
  });

  test('several', () => {
    const { status } = refusal(() => apply('b', live(), configMap({ x: '2', y: '2' })));
    expect(status.message).toBe('Apply failed with 2 conflicts: conflicts with "a":\n- .data.x\n- .data.y');
  });

  test('with a writer that did not apply', () => {
    const written = update('w', live(), configMap({ x: '3', y: '1' }, { managedFields: live().metadata.managedFields }));
    expect(owners(written)['w Update']).toEqual({ 'f:data': { 'f:x': {} } });
    expect(refusal(() => apply('a', written, configMap({ x: '1', y: '1' }))).status.message).toBe(
      'Apply failed with 1 conflict: conflict with "w" using v1: .data.x',
    );
  });

  test('force takes the fields', () => {
    const next = apply('b', live(), configMap({ x: '2' }), true);
    expect(next.data).toEqual({ x: '2', y: '1' });
    expect(owners(next)).toEqual({ 'a Apply': { 'f:data': { 'f:y': {} } }, 'b Apply': { 'f:data': { 'f:x': {} } } });
  });

  test('the same value is shared', () => {
    expect(Object.keys(owners(apply('b', live(), configMap({ x: '1' })))).sort()).toEqual(['a Apply', 'b Apply']);
  });
});

describe('writes without applying', () => {
  test('own what they change', () => {
    const first = update('a', undefined, configMap({ x: '1' }));
    const second = update('b', first, configMap({ x: '1', y: '2' }));
    expect(owners(second)).toEqual({
      'a Update': { 'f:data': { '.': {}, 'f:x': {} } },
      'b Update': { 'f:data': { 'f:y': {} } },
    });
  });

  test('a field that went is nobody’s', () => {
    const first = update('a', undefined, configMap({ x: '1', y: '2' }));
    expect(owners(update('b', first, configMap({ y: '2' })))).toEqual({ 'a Update': { 'f:data': { '.': {}, 'f:y': {} } } });
  });

  test('fields from before anybody was tracked conflict', () => {
    const message = refusal(() => apply('a', configMap({ x: '1' }), configMap({ x: '2' }))).status.message;
    expect(message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x');
  });

  test.each([[[{}]], [[]]])('managedFields %j forget every owner', (managedFields) => {
    const first = update('a', undefined, configMap({ x: '1' }));
    expect(update('b', first, configMap({ x: '1' }, { managedFields })).metadata.managedFields).toBeUndefined();
  });

  test('items are listed in the order of their numbers', () => {
    const ports = [443, 80, 8080].map((containerPort) => ({ containerPort }));
    const next = update('a', undefined, pod({ name: 'c', ports }), pods);
    const keys = JSON.stringify(owners(next)).match(/"containerPort\\":\d+/g);
    expect(keys).toEqual([80, 443, 8080].map((port) => `"containerPort\\":${port}`));
  });

  test('a key that JSON always holds may be left out', () => {
    const next = apply('a', undefined, pod({ image: 'x' }), false, pods);
    expect(JSON.stringify(owners(next)['a Apply'])).toContain('"k:{\\"name\\":\\"\\"}":{".":{},"f:image":{}}');
  });

  test('what a request resets, it cannot own', () => {
    const next = update('a', undefined, { ...pod({ name: 'c' }), status: { phase: 'Running' } } as Pod, pods);
    expect(Object.keys(owners(next)['a Update'] ?? {})).toEqual(['f:spec']);
  });

  test('more than ten managers: the oldest become one', () => {
    let live = update('m0', undefined, configMap({ k0: '' }));
    for (let index = 1; index <= 11; index++) live = update(`m${index}`, live, configMap({ ...live.data, [`k${index}`]: '' }));
    expect(live.metadata.managedFields).toHaveLength(10);
    expect(Object.keys(owners(live))).toContain('ancient-changes Update');
  });

  test('writing the same again keeps the time', () => {
    const first = update('a', undefined, configMap({ x: '1' }));
    const again = configMap({ x: '1' });
    manager.recordWrite(configMaps, first, again, { manager: 'a', time: '2026-01-02T00:00:00Z' });
    keepTimesIfUnchanged(again, first);
    expect(again.metadata.managedFields?.[0]?.time).toBe(TIME);
  });
});

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

test('kubectl takes over what it applied from the client', () => {
  const config = configMap({ x: '1' });
  const annotations = { [LAST_APPLIED]: JSON.stringify(config) };
  const live = update('kubectl-client-side-apply', undefined, configMap({ x: '1' }, { annotations }));
  const next = apply('kubectl', live, { kind: 'ConfigMap', data: { z: '<', x: '2' }, apiVersion: 'v1', metadata: { name: 'm' } });
  expect(next.data).toEqual({ x: '2', z: '<' });
  expect(next.metadata.annotations?.[LAST_APPLIED]).toBe(
    '{"apiVersion":"v1","data":{"x":"2","z":"\\u003c"},"kind":"ConfigMap","metadata":{"name":"m"}}\n',
  );
});

test('but not what it applied of an object that has no such type', () => {
  const annotations = { [LAST_APPLIED]: JSON.stringify({ ...configMap({ x: '1' }), bogus: 1 }) };
  const live = update('kubectl-client-side-apply', undefined, configMap({ x: '1' }, { annotations }));
  expect(refusal(() => apply('kubectl', live, configMap({ x: '2' }))).status.reason).toBe('Conflict');
});

test('what kubectl applies is not noted where it is too large for an annotation', () => {
  const live = update('a', undefined, configMap({}, { annotations: { [LAST_APPLIED]: '{}', other: 'x' } }));
  const next = apply('kubectl', live, configMap({ x: 'y'.repeat(256 * 1024) }));
  expect(next.metadata.annotations).toEqual({ other: 'x' });
});
