import { parseImageName } from '../../machinery/image-name.ts';

/** Images without a tag, or with the tag `latest`, may have changed since they were pulled. */
export function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  try {
    const { tag, digest } = parseImageName(image);
    return tag === 'latest' || (!tag && !digest) ? 'Always' : 'IfNotPresent';
  } catch {
    return 'IfNotPresent';
  }
}
