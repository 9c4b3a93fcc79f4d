import { expect, test } from 'vitest';
import { parseImageName, withDefaultTag } from './image-name.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  { image: 'busybox', registry: 'docker.io', repository: 'busybox', full: 'busybox:latest' },
  { image: 'library/busybox:1', registry: 'docker.io', repository: 'library/busybox', full: 'library/busybox:1' },
  { image: 'localhost/x', registry: 'localhost', repository: 'x', full: 'localhost/x:latest' },
  {
    image: 'reg.example.com:5000/team/app:v1',
    registry: 'reg.example.com:5000',
    repository: 'team/app',
    full: 'reg.example.com:5000/team/app:v1',
  },
  { image: `app@${DIGEST}`, registry: 'docker.io', repository: 'app', full: `app@${DIGEST}` },
])('$image', ({ image, registry, repository, full }) => {
  expect(parseImageName(image)).toMatchObject({ registry, repository });
  expect(withDefaultTag(image)).toBe(full);
});

test.each(['', 'UPPER', 'a b', 'app:', 'app@sha256:zz', '/app'])('"%s" is no image', (image) => {
  expect(() => parseImageName(image)).toThrow("couldn't parse image name");
});
