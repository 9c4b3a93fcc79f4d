import { beforeEach, expect, test } from 'vitest';
import { Ruleset } from './ruleset.ts';
import { rulesFor } from './service-rules.ts';
import { service, slice } from './testing.ts';

const context = { place: { nodeName: 'here' }, clusterCIDR: '10.244.0.0/16' };
const rules = (ips: string[], clusterIP = '10.96.0.60') => rulesFor(service({ clusterIP }), [slice(ips.map((ip) => ({ ip })))], context);

let ruleset: Ruleset;
beforeEach(() => {
  ruleset = new Ruleset({ clusterCIDR: '10.244.0.0/16', nodeAddresses: ['172.18.0.2'] });
  ruleset.everything();
  ruleset.commit();
});

test('nothing changed, nothing to load', () => {
  ruleset.put('default/web', rules(['10.244.0.2']));
  ruleset.commit();
  ruleset.put('default/web', rules(['10.244.0.2']));
  expect(ruleset.changes()).toBe('');
});

test('an endpoint more is two elements and the chain for that number', () => {
  ruleset.put('default/web', rules(['10.244.0.2']));
  ruleset.commit();
  ruleset.put('default/web', rules(['10.244.0.2', '10.244.0.3']));
  expect(ruleset.changes().split('\n')).toEqual([
    'add chain ip slipway-services inside/pick-endpoints-2',
    'flush chain ip slipway-services inside/pick-endpoints-1',
    'add rule ip slipway-services inside/pick-endpoints-2 jump mark-outsiders',
    'add rule ip slipway-services inside/pick-endpoints-2 goto pick-endpoints-2',
    'delete element ip slipway-services frontends { 10.96.0.60 . tcp . 80 : goto inside/pick-endpoints-1 }',
    'add element ip slipway-services endpoints { 10.96.0.60 . tcp . 80 . 1 : 10.244.0.3 . 8080 }',
    'add element ip slipway-services frontends { 10.96.0.60 . tcp . 80 : goto inside/pick-endpoints-2 }',
    'delete chain ip slipway-services inside/pick-endpoints-1',
  ]);
});

test('a chain stays while another service needs it', () => {
  ruleset.put('default/web', rules(['10.244.0.2']));
  ruleset.put('default/api', rules(['10.244.0.3'], '10.96.0.61'));
  ruleset.commit();
  ruleset.put('default/web', undefined);
  expect(ruleset.changes()).not.toContain('chain');
  expect(ruleset.changes()).toContain(
    'delete element ip slipway-services frontends { 10.96.0.60 . tcp . 80 : goto inside/pick-endpoints-1 }',
  );
});

test('two services with one address: the first has it, the second gets it when the first goes', () => {
  ruleset.put('default/web', rules(['10.244.0.2']));
  ruleset.commit();
  ruleset.put('default/api', rules(['10.244.0.3']));
  expect(ruleset.changes()).toBe('');
  ruleset.put('default/web', undefined);
  expect(ruleset.changes().split('\n')).toEqual([
    'delete element ip slipway-services endpoints { 10.96.0.60 . tcp . 80 . 0 : 10.244.0.2 . 8080 }',
    'add element ip slipway-services endpoints { 10.96.0.60 . tcp . 80 . 0 : 10.244.0.3 . 8080 }',
  ]);
});

test('more endpoints than the table can draw among make it anew', () => {
  const many = Array.from({ length: 40 }, (_, index) => `10.244.0.${index + 2}`);
  ruleset.put('default/web', rules(many));
  expect(ruleset.changes()).toContain('chain pick-endpoints-64 {');
});
