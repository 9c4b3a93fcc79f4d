import { ApiError } from '../../machinery/status.ts';

export type Encoding = 'json' | 'yaml' | 'protobuf';

/** How the client wants its answer. */
export interface Representation {
  readonly encoding: Encoding;
  /** Another kind to show the object as. */
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
  /** `v1`, or `v1beta1` for old clients. */
  readonly asVersion?: string;
}

const JSON_ANSWER: Representation = { encoding: 'json' };
const MEDIA_TYPES: Readonly<Record<string, Encoding>> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'protobuf',
};
const CONVERSIONS = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

/** One part of an `Accept` header. */
export interface Clause {
  type: string;
  parameters: Map<string, string>;
  quality: number;
}

/** What is on offer beyond JSON and YAML. */
export interface Offer {
  /** Watches; only told in the refusal. */
  readonly streams?: boolean;
  /** Custom resources have no protobuf form, but for their metadata and tables. */
  readonly custom?: boolean;
  /** Kinds that are asked and not stored have no rows. */
  readonly tableless?: boolean;
}

const remembered = {
  builtIn: new Map<string, Representation>(),
  custom: new Map<string, Representation>(),
  tableless: new Map<string, Representation>(),
};

/** Picks the best representation of `Accept`. */
export function negotiate(accept: string | undefined, offer: Offer = {}): Representation {
  if (!accept || accept === 'application/json') return JSON_ANSWER;
  const chosenBefore = remembered[offer.tableless ? 'tableless' : offer.custom ? 'custom' : 'builtIn'];
  const known = chosenBefore.get(accept);
  if (known) return known;
  const chosen = choose(accept, offer);
  if (chosenBefore.size < 200) chosenBefore.set(accept, chosen);
  return chosen;
}

/** The encoding of what is never shown as anything else, such as errors; JSON where the client takes none that we have. */
export function plainEncoding(accept: string | undefined): Encoding {
  if (!accept) return 'json';
  const wanted = clausesOf(accept).find(({ type, parameters }) => MEDIA_TYPES[type] && !parameters.has('as'));
  return (wanted && MEDIA_TYPES[wanted.type]) ?? 'json';
}

/** What `Accept` lists, the best first. */
export function clausesOf(accept: string): Clause[] {
  return accept
    .split(',')
    .map(parseClause)
    .sort((a, b) => b.quality - a.quality);
}

function choose(accept: string, { streams = false, custom = false, tableless = false }: Offer): Representation {
  let asked = false;
  for (const { type, parameters } of clausesOf(accept)) {
    const encoding = MEDIA_TYPES[type];
    if (!encoding) continue;
    const as = parameters.get('as');
    if (as === undefined) {
      if (custom && encoding === 'protobuf') continue;
      return { encoding };
    }
    asked = true;
    if (tableless && as === 'Table') continue;
    const version = parameters.get('v') ?? '';
    const isMeta = parameters.get('g') === 'meta.k8s.io' && (version === 'v1' || version === 'v1beta1');
    if (isMeta && CONVERSIONS.has(as) && encoding !== 'yaml')
      return { encoding, as: as as NonNullable<Representation['as']>, asVersion: version };
  }
  throw asked || custom ? onlyPlain() : notAcceptable(streams);
}

/** How `Accept` wants aggregated discovery (`g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`); undefined where it does not. */
export function aggregatedEncoding(accept: string | undefined): Encoding | undefined {
  const wanted = clausesOf(accept ?? '').find(
    ({ type, parameters }) =>
      MEDIA_TYPES[type] &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2' &&
      parameters.get('as') === 'APIGroupDiscoveryList',
  );
  return wanted && MEDIA_TYPES[wanted.type];
}

function parseClause(text: string): Clause {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(rest.map((part) => part.split('=', 2).map((side) => side.trim()) as [string, string]));
  const quality = Number(parameters.get('q') ?? 1);
  return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 0 : quality };
}

const PLAIN = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const STREAMS = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch';

function notAcceptable(streams: boolean): ApiError {
  const message = `406: Not Acceptable\n\nAvailable representations: ${PLAIN}${streams ? STREAMS : ''}`;
  return new ApiError({ code: 406, reason: 'NotAcceptable', message, details: {} });
}

function onlyPlain(): ApiError {
  return new ApiError({ code: 406, reason: 'NotAcceptable', message: `only the following media types are accepted: ${PLAIN}` });
}
