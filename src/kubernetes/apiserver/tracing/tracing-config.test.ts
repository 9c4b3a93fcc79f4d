import { expect, test } from 'vitest';
import { describeError } from '../../../base/errors.ts';
import { parseTracingConfig } from './tracing-config.ts';

const file = (rest: string, version = 'v1') => `apiVersion: apiserver.config.k8s.io/${version}\nkind: TracingConfiguration\n${rest}`;

test.each([
  ['', { endpoint: 'localhost:4317', samplingRatePerMillion: 0 }],
  ['endpoint: 10.1.2.3:4317\nsamplingRatePerMillion: 100', { endpoint: '10.1.2.3:4317', samplingRatePerMillion: 100 }],
])('%j', (rest, config) => {
  expect(parseTracingConfig(file(rest))).toEqual(config);
  expect(parseTracingConfig(file(rest, 'v1beta1'))).toEqual(config);
});

test.each([
  ['samplingRatePerMillion: -1', 'sampling rate must be positive'],
  ['samplingRatePerMillion: 1000001', 'sampling rate per million must be less than or equal to one million'],
  ['endpoint: "a b"', 'must be a host and a port'],
  ['rate: 3', 'rate'],
])('%s is refused', (rest, fault) => {
  try {
    parseTracingConfig(file(rest));
    expect.unreachable();
  } catch (error) {
    expect(describeError(error)).toContain(fault);
  }
});

test('another kind is refused', () => {
  expect(() => parseTracingConfig('kind: Pod')).toThrow('reading the tracing configuration');
});
