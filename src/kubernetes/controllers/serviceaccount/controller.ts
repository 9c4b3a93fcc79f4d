import { namespaces, serviceAccounts } from '../../api/resources.ts';
import { isAlreadyExists } from '../../machinery/status.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { isGoingAway } from '../namespace/terminating.ts';

/** Every namespace has a service account `default`, the one of pods that name none. */
export const serviceAccountController = defineController({
  name: 'serviceaccount',
  primary: namespaces,
  watches: [
    watchOf(serviceAccounts, ({ next, previous }) => {
      return !next && previous?.metadata.name === 'default' ? [previous.metadata.namespace ?? ''] : [];
    }),
  ],

  async reconcile(name, { cache, api }, signal) {
    const namespace = cache.get(namespaces, name);
    if (!namespace || isGoingAway(namespace) || cache.get(serviceAccounts, `${name}/default`)) return done;
    try {
      await api.create(serviceAccounts, { metadata: { namespace: name, name: 'default' } }, {}, signal);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    return done;
  },
});
