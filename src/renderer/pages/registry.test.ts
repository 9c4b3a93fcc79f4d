import { expect, test, vi } from 'vitest';
import { groupResource } from '../../kubernetes/machinery/resource.ts';
import { PAGED_KINDS } from '../kube/paged-kinds.ts';
import { VIEWS } from './registry.ts';

// The pages open a connection when they are loaded; there is no window here to open it in.
vi.mock('../ipc/session.ts', () => ({}));

test('the kinds that are linked are those that have a page', () => {
  expect(PAGED_KINDS.map(groupResource)).toEqual(VIEWS.map((view) => groupResource(view.resource)));
});
