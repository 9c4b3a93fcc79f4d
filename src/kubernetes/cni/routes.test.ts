import { expect, test } from 'vitest';
import type { Node } from '../api/generated/core-v1.ts';
import { parseRoutes, routeCommands, routesTo } from './routes.ts';

const node = (name: string, address?: string, podCIDR?: string): Node => ({
  metadata: { name },
  spec: { podCIDR },
  status: {
    addresses: address
      ? [
          { type: 'Hostname', address: name },
          { type: 'InternalIP', address },
        ]
      : [],
  },
});

test('a route for every other node that is known well enough', () => {
  const nodes = [
    node('self', '172.18.0.2', '10.244.0.0/24'),
    node('other', '172.18.0.3', '10.244.1.0/24'),
    node('no address', undefined, '10.244.2.0/24'),
    node('no pods yet', '172.18.0.5'),
  ];
  expect(routesTo(nodes, 'self')).toEqual([{ destination: '10.244.1.0/24', gateway: '172.18.0.3' }]);
});

const route = (destination: string, gateway: string) => ({ destination, gateway });

test.each([
  { name: 'nothing to do', present: [route('10.244.1.0/24', '172.18.0.3')], wanted: [route('10.244.1.0/24', '172.18.0.3')], commands: [] },
  {
    name: 'a new node',
    present: [],
    wanted: [route('10.244.1.0/24', '172.18.0.3')],
    commands: ['route replace 10.244.1.0/24 via 172.18.0.3 proto 83'],
  },
  {
    name: 'a node with another address',
    present: [route('10.244.1.0/24', '172.18.0.3')],
    wanted: [route('10.244.1.0/24', '172.18.0.9')],
    commands: ['route replace 10.244.1.0/24 via 172.18.0.9 proto 83'],
  },
  {
    name: 'a node that is gone',
    present: [route('10.244.1.0/24', '172.18.0.3')],
    wanted: [],
    commands: ['route del 10.244.1.0/24 proto 83'],
  },
])('$name', ({ present, wanted, commands }) => {
  expect(routeCommands(present, wanted)).toEqual(commands);
});

test('the answer of ip', () => {
  expect(parseRoutes('[{"dst":"10.244.1.0/24","gateway":"172.18.0.3","dev":"eth0","flags":[]}]')).toEqual([
    route('10.244.1.0/24', '172.18.0.3'),
  ]);
  expect(parseRoutes('\n')).toEqual([]);
});
