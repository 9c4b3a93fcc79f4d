import { ApiError } from '../../machinery/status.ts';

/** 405 for a method that a resource or subresource does not have. */
export function methodNotAllowed(): ApiError {
  return new ApiError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}
