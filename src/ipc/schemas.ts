import { z } from 'zod';

/** No value, either way. `null` is what `undefined` becomes in JSON. */
export const none = z
  .union([z.undefined(), z.null(), z.void()])
  .transform((): void => undefined);
