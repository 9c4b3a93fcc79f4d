/** Why a container does not run; `reason` is what `kubectl get pods` shows. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** The pod asks for something that is not there or not allowed; retried as the missing thing may come. */
export class ContainerConfigError extends StartError {
  override readonly name = 'ContainerConfigError';

  constructor(message: string, cause?: unknown) {
    super('CreateContainerConfigError', message, cause);
  }
}
