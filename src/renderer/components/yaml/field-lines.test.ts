import { expect, test } from 'vitest';
import { invalid } from '../../../kubernetes/machinery/status.ts';
import { faultsOf, lineOfField, stepsOf } from './field-lines.ts';
import { fromYaml, toYaml } from './object-yaml.ts';

const TEXT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  replicas: -1
  template:
    spec:
      containers:
        - name: a
          image: one
        - name: b
          ports:
            - containerPort: 99999
---
kind: Second
spec:
  color: red
`;

test.each([
  { path: 'spec.replicas', line: 8 },
  { path: 'spec.template.spec.containers[1].ports[0].containerPort', line: 16 },
  { path: 'metadata.labels[app.kubernetes.io/name]', line: 6 },
  // What is missing is marked where it belongs.
  { path: 'spec.template.spec.containers[1].image', line: 14 },
  { path: 'spec.selector', line: 7 },
])('$path is at line $line', ({ path, line }) => {
  expect(lineOfField(TEXT, path)).toBe(line);
});

test('a field of a later document', () => {
  expect(lineOfField(TEXT, 'spec.color', 1)).toBe(20);
});

test('paths as Kubernetes writes them', () => {
  expect(stepsOf('data[tls.crt]')).toEqual(['data', 'tls.crt']);
  expect(stepsOf('spec.ports[0].name')).toEqual(['spec', 'ports', '0', 'name']);
});

test('every cause of a refused write gets its line and keeps its words', () => {
  const error = invalid({ group: 'apps', kind: 'Deployment' }, 'web', [
    { type: 'FieldValueInvalid', field: 'spec.replicas', message: 'Invalid value: -1: must be greater than or equal to 0' },
    { type: 'FieldValueRequired', field: 'spec.template.spec.containers[1].image', message: 'Required value' },
  ]);
  expect(faultsOf(TEXT, error)).toEqual([
    { line: 8, message: 'spec.replicas: Invalid value: -1: must be greater than or equal to 0' },
    { line: 14, message: 'spec.template.spec.containers[1].image: Required value' },
  ]);
});

test('unknown fields and syntax errors are found by their words', () => {
  const strict = new Error(
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].imagee"',
  );
  expect(faultsOf(TEXT, strict)).toEqual([{ line: 12, message: 'unknown field "spec.template.spec.containers[0].imagee"' }]);
  expect(faultsOf(TEXT, new Error('Nested mappings are not allowed at line 3, column 7'))).toMatchObject([{ line: 3 }]);
  expect(faultsOf(TEXT, new Error('forbidden'))).toEqual([{ line: undefined, message: 'forbidden' }]);
});

test('an object survives being shown and read back', () => {
  const object = {
    spec: { schedule: '12:30', mode: 'on', since: '2030-01-01', script: 'a\nb\n' },
    kind: 'Thing',
    metadata: { name: 'x', managedFields: [{ manager: 'm' }] },
    apiVersion: 'v1',
  };
  const text = toYaml(object);
  expect(text.split('\n')[0]).toBe('apiVersion: v1');
  expect(text).not.toContain('managedFields');
  expect(fromYaml(text)).toEqual({ ...object, metadata: { name: 'x' } });
});
