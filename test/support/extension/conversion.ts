import type { Anything } from './answers.ts';

/** v1 has host and port in one, v2 apart; either may lack them. */
function convert(object: Anything, desired: string): Anything {
  const { host, port, hostPort, ...rest } = object;
  if (!desired.endsWith('/v2')) {
    const together = host === undefined ? {} : { hostPort: [host, port].filter((part) => part !== undefined).join(':') };
    return { ...rest, apiVersion: desired, ...together };
  }
  const [first, second] = hostPort?.split(':') ?? [];
  return { ...rest, apiVersion: desired, ...(first ? { host: first } : {}), ...(second ? { port: second } : {}) };
}

/** A ConversionReview answered. */
export function converted({ apiVersion, kind, request }: Anything): object {
  const { uid, objects, desiredAPIVersion } = request;
  const convertedObjects = objects.map((object: Anything) => convert(object, desiredAPIVersion));
  return { apiVersion, kind, response: { uid, result: { status: 'Success' }, convertedObjects } };
}
