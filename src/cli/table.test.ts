import { expect, test } from 'vitest';
import { table } from './table.ts';

test('columns are as wide as their widest cell; empty last ones are left out', () => {
  expect(
    table(
      ['NAME', 'STATE', 'PROBLEM'],
      [
        ['dev', 'running', ''],
        ['longer-name', 'stopped', ''],
      ],
    ),
  ).toBe('NAME          STATE\ndev           running\nlonger-name   stopped');
});
