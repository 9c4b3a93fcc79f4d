/** Why a container does not run; `reason` is what `kubectl get pods` shows. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** An image that could not be pulled, or is not tried again yet. */
export class ImagePullError extends StartError {
  override readonly name = 'ImagePullError';
  /** Milliseconds until it is tried again. */
  readonly retryAfter: number;

  constructor(reason: 'ErrImagePull' | 'ImagePullBackOff', message: string, retryAfter: number, cause?: unknown) {
    super(reason, message, cause);
    this.retryAfter = retryAfter;
  }
}

/** The pod asks for something that is not there or not allowed; retried as the missing thing may come. */
export class ContainerConfigError extends StartError {
  override readonly name = 'ContainerConfigError';

  constructor(message: string, cause?: unknown) {
    super('CreateContainerConfigError', message, cause);
  }
}
