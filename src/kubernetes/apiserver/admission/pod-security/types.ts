export type { Container, EphemeralContainer, PodSpec, Volume } from '../../../api/generated/core-v1.ts';

export interface ObjectMetaLike {
  annotations?: Record<string, string>;
}
