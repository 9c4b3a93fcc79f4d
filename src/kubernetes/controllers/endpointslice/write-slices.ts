import { endpointSlices } from '../../api/resources.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { SliceChanges } from './slices.ts';

/** New slices are there before old ones go: nobody finds fewer endpoints than there are. */
export async function writeSlices(changes: SliceChanges, { api }: ControllerContext, signal: AbortSignal): Promise<void> {
  await Promise.all(changes.create.map((slice) => api.create(endpointSlices, slice, {}, signal)));
  await Promise.all(changes.update.map((slice) => api.update(endpointSlices, slice, {}, signal)));
  await Promise.all(
    changes.delete.map(({ metadata: { namespace, name = '' } }) =>
      api.delete(endpointSlices, { namespace, name }, {}, signal).catch((error) => {
        if (!isNotFound(error)) throw error;
      }),
    ),
  );
}
