import { ApiError } from '../../machinery/status.ts';
import type { RequestHandler } from '../extensions.ts';
import { encodeValue } from '../handlers/encode.ts';
import { type Clause, clausesOf } from '../http/negotiate.ts';
import { send, sendText } from '../http/response.ts';

/** What the pages call this program. */
const COMPONENT = 'apiserver';
const GROUP = 'config.k8s.io';
const VERSIONS = ['v1beta1', 'v1alpha1'];
const STRUCTURED: Readonly<Record<string, 'json' | 'yaml'>> = { 'application/json': 'json', 'application/yaml': 'yaml' };
const TEXT = new Set(['text/plain', 'text/*', '*/*']);

/** A page about the program itself: text for people, and for programs that ask for it by name an object of `config.k8s.io`. */
export interface ZPage {
  readonly path: string;
  readonly kind: string;
  /** Its lines, below the heading. */
  text(): string;
  /** What the object has besides kind and metadata. */
  fields(): object;
}

export function zpageHandler(page: ZPage): RequestHandler {
  return {
    paths: () => [page.path],
    accepts: ({ info, method }) => info.path === page.path && method === 'GET',

    async handle(request, response) {
      const wanted = chosen(page, request.headers.accept);
      if (wanted === 'text') return sendText(request, response, 200, `${heading(page)}${page.text()}`);
      if (wanted.version === 'v1alpha1') {
        request.warnings.add(`This version of the ${nameOf(page)} endpoint is deprecated. Please use a newer version.`);
      }
      const object = { kind: page.kind, apiVersion: `${GROUP}/${wanted.version}`, metadata: { name: COMPONENT }, ...page.fields() };
      return send(request, response, 200, encodeValue(object, wanted.encoding));
    },
  };
}

const nameOf = ({ path }: ZPage) => path.slice(1);

function heading(page: ZPage): string {
  const warning = 'This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging';
  return `\n${COMPONENT} ${nameOf(page)}\nWarning: ${warning} purposes only.\n`;
}

type Form = 'text' | { encoding: 'json' | 'yaml'; version: string };

/** The first clause of `Accept` that can be met; an object is only had by naming its kind. */
function chosen({ kind }: ZPage, accept: string | undefined): Form {
  if (!accept?.trim()) return 'text';
  for (const clause of clausesOf(accept)) {
    if (TEXT.has(clause.type) && !converts(clause)) return 'text';
    const encoding = STRUCTURED[clause.type];
    const { parameters } = clause;
    const version = parameters.get('v') ?? '';
    if (encoding && parameters.get('as') === kind && parameters.get('g') === GROUP && VERSIONS.includes(version))
      return { encoding, version };
  }
  const message = 'only the following media types are accepted: application/json, application/yaml, text/plain';
  throw new ApiError({ code: 406, reason: 'NotAcceptable', message });
}

const converts = ({ parameters }: Clause) => ['as', 'g', 'v'].some((name) => parameters.has(name));
