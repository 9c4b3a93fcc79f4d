import type { Clock } from '../../../base/clock.ts';
import type { PullPolicy, Secret } from '../../api/generated/core-v1.ts';
import { withDefaultTag } from '../../machinery/image-name.ts';
import { ImagePullError, StartError } from '../containers/errors.ts';
import type { Init } from '../cri/codec.ts';
import type { CriClient } from '../cri/cri-client.ts';
import { criErrorText } from '../cri/cri-client.ts';
import type { AuthConfig, Image } from '../cri/runtime-v1.ts';
import { goDuration } from '../duration.ts';
import type { BoundPod, ContainerSpec } from '../pods/pod.ts';
import type { PodEvents } from '../pods/pod-events.ts';
import { RestartBackoff } from '../restart-backoff.ts';
import { credentialsFor } from './credentials.ts';

const PULL_BACKOFF = { base: 10_000, max: 300_000 };

export interface ImageRequest {
  pod: BoundPod;
  /** Whose image it is; absent for the image of a volume, which is the pod's. */
  container?: ContainerSpec;
  image: string;
  policy: PullPolicy | undefined;
  pullSecrets: () => Promise<Secret[]>;
  signal: AbortSignal;
}

/** Sees to it that images are there: looks, pulls by policy, backs off after failures. */
export class ImageManager {
  readonly #cri: CriClient;
  readonly #events: PodEvents;
  readonly #clock: Clock;
  readonly #backoff: RestartBackoff;
  readonly #failures = new Map<string, string>();
  readonly #failedAt = new Map<string, number>();
  readonly #pulls = new Map<string, Promise<void>>();

  constructor(cri: CriClient, events: PodEvents, clock: Clock) {
    this.#cri = cri;
    this.#events = events;
    this.#clock = clock;
    this.#backoff = new RestartBackoff(clock, PULL_BACKOFF);
  }

  /** The image, present on the node. Throws a {@link StartError} with upstream's reasons. */
  async ensure(request: ImageRequest): Promise<Image> {
    const image = this.#named(request);
    const present = await this.#inspect(image);
    const policy = request.policy ?? (image.endsWith(':latest') ? 'Always' : 'IfNotPresent');
    if (present && policy !== 'Always') {
      this.#say(request, 'Pulled', `Container image "${request.image}" already present on machine and can be accessed by the pod`);
      return present;
    }
    if (policy === 'Never') {
      const message = `Container image "${request.image}" is not present with pull policy of Never`;
      this.#events.warning(request.pod, 'ErrImageNeverPull', message, request.container);
      throw new StartError('ErrImageNeverPull', message);
    }
    this.#checkBackoff(request, image);
    return await this.#pull(request, image);
  }

  /** Milliseconds until a failed pull may be tried again; 0 for never mind. */
  #remaining(key: string): number {
    return this.#failures.has(key) ? this.#backoff.remaining(key, this.#failedAt.get(key) ?? 0) : 0;
  }

  forget(podUid: string): void {
    this.#backoff.forget(`${podUid}/`);
    for (const map of [this.#failures, this.#failedAt]) {
      for (const key of map.keys()) if (key.startsWith(`${podUid}/`)) map.delete(key);
    }
  }

  #named({ pod, container, image }: ImageRequest): string {
    try {
      return withDefaultTag(image);
    } catch (error) {
      const message = `Failed to apply default image tag "${image}": ${(error as Error).message}`;
      this.#events.warning(pod, 'InspectFailed', message, container);
      throw new StartError('InvalidImageName', message, error);
    }
  }

  async #inspect(image: string): Promise<Image | undefined> {
    try {
      return (await this.#cri.call('ImageStatus', { image: { image } })).image;
    } catch (error) {
      throw new StartError('ImageInspectError', `Failed to inspect image "${image}": ${criErrorText(error)}`, error);
    }
  }

  #key(pod: BoundPod, image: string): string {
    return `${pod.metadata.uid}/${image}`;
  }

  #checkBackoff(request: ImageRequest, image: string): void {
    const key = this.#key(request.pod, image);
    const remaining = this.#remaining(key);
    if (remaining === 0) return;
    const message = `Back-off pulling image "${request.image}"`;
    this.#say(request, 'BackOff', message);
    throw new ImagePullError('ImagePullBackOff', `${message}: ErrImagePull: ${this.#failures.get(key) ?? ''}`, remaining);
  }

  async #pull(request: ImageRequest, image: string): Promise<Image> {
    const key = this.#key(request.pod, image);
    const began = this.#clock.now();
    this.#say(request, 'Pulling', `Pulling image "${request.image}"`);
    try {
      await this.#pullOnce(image, credentialsFor(image, await request.pullSecrets()), request.signal);
    } catch (error) {
      request.signal.throwIfAborted();
      this.#remember(key, criErrorText(error));
      this.#events.warning(request.pod, 'Failed', `Failed to pull image "${request.image}": ${criErrorText(error)}`, request.container);
      throw new ImagePullError('ErrImagePull', criErrorText(error), this.#remaining(key), error);
    }
    this.#failures.delete(key);
    const pulled = await this.#inspect(image);
    if (!pulled) throw new ImagePullError('ErrImagePull', `image "${image}" is not there after it was pulled`, 0);
    const took = goDuration(this.#clock.now() - began);
    this.#say(
      request,
      'Pulled',
      `Successfully pulled image "${request.image}" in ${took} (${took} including waiting). Image size: ${pulled.size} bytes.`,
    );
    return pulled;
  }

  #remember(key: string, message: string): void {
    this.#failures.set(key, message);
    this.#backoff.next(key, this.#failedAt.get(key) ?? this.#clock.now());
    this.#failedAt.set(key, this.#clock.now());
  }

  /** Pods that want the same image without credentials wait for one pull. */
  async #pullOnce(image: string, credentials: Init<AuthConfig>[], signal: AbortSignal): Promise<void> {
    if (credentials.length > 0) return await this.#pullWith(image, credentials, signal);
    const running = this.#pulls.get(image) ?? this.#pullWith(image, [undefined]).finally(() => this.#pulls.delete(image));
    this.#pulls.set(image, running);
    running.catch(() => {}); // Whoever waits hears of it.
    await Promise.race([running, rejectsOnAbort(signal)]);
  }

  async #pullWith(image: string, credentials: (Init<AuthConfig> | undefined)[], signal?: AbortSignal): Promise<void> {
    let failure: unknown;
    for (const auth of credentials) {
      try {
        await this.#cri.call('PullImage', { image: { image }, auth }, { signal, timeout: Number.POSITIVE_INFINITY });
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #say({ pod, container }: ImageRequest, reason: string, message: string): void {
    this.#events.normal(pod, reason, message, container);
  }
}

function rejectsOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}
