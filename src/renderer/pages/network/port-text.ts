import type { ServicePort } from '../../../kubernetes/api/generated/core-v1.ts';

/** `80:30080/TCP` as kubectl writes it. */
export const portText = ({ port, nodePort, protocol = 'TCP' }: ServicePort) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`;
