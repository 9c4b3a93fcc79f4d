import { silentLog } from '../../src/base/log.ts';
import type { Pod } from '../../src/kubernetes/api/generated/core-v1.ts';
import { Informers } from '../../src/kubernetes/client/informers.ts';
import type { ControllerDefinition } from '../../src/kubernetes/controllers/framework/controller.ts';
import { runControllers } from '../../src/kubernetes/controllers/run-controllers.ts';
import { FakeApi } from './fake-api.ts';
import { FakeClock } from './fake-clock.ts';
import type { Fate } from './fake-kubelet.ts';
import { fakeKubelet } from './fake-kubelet.ts';

/** Controllers on a fake API and a fake clock. Dispose to stop them. */
export function controllersOnFakes(...controllers: ControllerDefinition[]) {
  const clock = new FakeClock();
  const api = new FakeApi(() => clock.now());
  const stop = new AbortController();
  const informers = new Informers(api, stop.signal, { clock });
  const ended = runControllers(controllers, { api, informers, log: silentLog, clock }, stop.signal);
  return {
    api,
    clock,
    /** Binds and runs pods. */
    playKubelet: (fate?: (pod: Pod) => Fate) => {
      fakeKubelet({ api, informers, now: () => clock.now(), fate, binds: 'node-1' });
    },
    /** Lets everything happen that happens within a moment. */
    settle: () => clock.advance(200),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await clock.advance(0);
      await ended;
    },
  };
}
