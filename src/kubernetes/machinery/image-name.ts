const DOMAIN = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?`;
const PART = String.raw`[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`;
const REFERENCE = new RegExp(
  String.raw`^(?:(${DOMAIN})/)?(${PART}(?:/${PART})*)(?::(\w[\w.-]{0,127}))?(?:@([A-Za-z][\w+.-]*:[0-9a-fA-F]{32,}))?$`,
);

/** A repository's path may be this long, without its registry, with the `library/` of official images. */
const MAX_NAME = 255;

export interface ImageName {
  /** The registry to ask, `docker.io` where the name has none. */
  registry: string;
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** The parts of an image name; throws in upstream's words when it is none. */
export function parseImageName(image: string): ImageName {
  const match = REFERENCE.exec(image);
  if (!match)
    throw new Error(
      `couldn't parse image name "${image}": invalid reference format${/[A-Z]/.test(image.split(':')[0] ?? '') ? ': repository name must be lowercase' : ''}`,
    );
  const [, domain, path = '', tag, digest] = match;
  const isRegistry = domain !== undefined && (/[.:]/.test(domain) || domain === 'localhost' || domain !== domain.toLowerCase());
  const repository = isRegistry || domain === undefined ? path : `${domain}/${path}`;
  const official = !isRegistry && !repository.includes('/');
  if ((official ? 'library/'.length : 0) + repository.length > MAX_NAME)
    throw new Error(`couldn't parse image name "${image}": repository name must not be more than ${MAX_NAME} characters`);
  return { registry: isRegistry ? domain : 'docker.io', repository, tag, digest };
}

/** The name with `:latest` where it has neither tag nor digest. */
export function withDefaultTag(image: string): string {
  const { tag, digest } = parseImageName(image);
  return tag || digest ? image : `${image}:latest`;
}
