import { expect, test } from 'vitest';
import { protobufCodec } from '../../../api/schemas.ts';
import { watchFrame } from './codec.ts';
import { ReverseWriter, WireError, WireReader } from './wire.ts';

const CONFIG_MAP = 'io.k8s.api.core.v1.ConfigMap';

test.each([0, 1, 127, 128, 300, 2 ** 31 - 1, 2 ** 40, -1, -(2 ** 31)])('integer %d', (value) => {
  const writer = new ReverseWriter(1);
  writer.integer(3, value);
  const reader = new WireReader(writer.bytes());
  expect(reader.tag()).toEqual({ field: 3, wire: 0 });
  expect(reader.integer()).toBe(value);
  expect(reader.done).toBe(true);
});

test('a list is put together from the messages of its items', () => {
  const items = ['a', 'b'].map((name) => ({ metadata: { name }, data: { x: name } }));
  const head = { apiVersion: 'v1', kind: 'ConfigMapList', metadata: { resourceVersion: '7' } };
  const messages = items.map((item) => protobufCodec.encodeMessage(CONFIG_MAP, item));
  const whole = protobufCodec.encode(`${CONFIG_MAP}List`, { ...head, items });
  expect(protobufCodec.encodeList(head, messages)).toEqual(whole);
  expect(protobufCodec.decode(`${CONFIG_MAP}List`, protobufCodec.open(whole))).toEqual({ ...head, items });
});

test('a watch frame starts with its length', () => {
  const body = protobufCodec.encode(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } });
  const frame = watchFrame('ADDED', body);
  expect(new DataView(frame.buffer, frame.byteOffset).getUint32(0)).toBe(frame.length - 4);
  const reader = new WireReader(frame.subarray(4));
  reader.tag();
  expect(reader.string()).toBe('ADDED');
});

test('times, quantities, numbers that are text, bytes and free JSON', () => {
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'p', creationTimestamp: '2026-01-02T03:04:05Z', managedFields: [{ manager: 'm', fieldsV1: { 'f:spec': {} } }] },
    spec: {
      containers: [{ name: 'c', resources: { limits: { cpu: '1500m' } }, livenessProbe: { httpGet: { path: '/', port: 'web' } } }],
    },
    status: {},
  };
  const bytes = protobufCodec.encode('io.k8s.api.core.v1.Pod', pod);
  expect(protobufCodec.decode('io.k8s.api.core.v1.Pod', protobufCodec.open(bytes))).toEqual(pod);
});

test('bytes that are something else', () => {
  expect(() => protobufCodec.open(new TextEncoder().encode('{}'))).toThrow('does not appear to be a protobuf message');
  const cut = protobufCodec.encode(CONFIG_MAP, { metadata: { name: 'long enough' } }).subarray(0, 12);
  expect(() => protobufCodec.open(cut)).toThrow('unexpected EOF');
});

test.each([
  { name: 'a number where text belongs', write: (to: ReverseWriter) => to.integer(2, 1), fault: 'wrong wireType = 0 for field Data' },
  { name: 'metadata that is cut off', write: (to: ReverseWriter) => to.raw(1, Uint8Array.of(0x0a, 0x09)), fault: 'unexpected EOF' },
])('a message with $name', ({ write, fault }) => {
  const writer = new ReverseWriter();
  write(writer);
  expect(() => protobufCodec.decodeMessage(CONFIG_MAP, writer.bytes())).toThrow(fault);
});

test('a time beyond the calendar', () => {
  const writer = new ReverseWriter();
  writer.message(1, () => writer.message(8, () => writer.integer(1, 2n ** 62n)));
  expect(() => protobufCodec.decodeMessage(CONFIG_MAP, writer.bytes())).toThrow(WireError);
});
