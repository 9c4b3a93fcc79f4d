import { createHash } from 'node:crypto';
import type { SchemaCatalog } from '../../machinery/schema/catalog.ts';
import type { Descriptions } from './descriptions.ts';
import { type OpenApiForm, protobufType } from './form.ts';
import { gnosticDocument } from './gnostic.ts';
import { gnosticDocumentV3 } from './gnostic-v3.ts';
import { mergeV2 } from './merge-v2.ts';
import type { OpenApiResource } from './operations.ts';
import type { RemoteOpenApi } from './remote.ts';
import { type ExtraV2, type OpenApiV2, openApiV2 } from './v2.ts';
import { type OpenApiV3, openApiV3, type V3Source } from './v3.ts';

/** A document ready to be sent. */
export interface OpenApiDocument {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** With quotes. */
  readonly etag: string;
}

/** What custom resources and aggregated servers add; given anew when any of it changes. */
export interface OpenApiExtras {
  readonly v2?: ExtraV2;
  /** By key of `/openapi/v3`, `apis/example.com/v1`. Documents of group versions that are built in are merged. */
  readonly v3?: ReadonlyMap<string, () => OpenApiV3>;
  readonly remote?: RemoteOpenApi;
}

export interface OpenApiOptions {
  readonly resources: readonly OpenApiResource[];
  readonly catalog: SchemaCatalog;
  readonly descriptions: Descriptions;
}

/** Serves the documents under /openapi; each is written when first asked for and then kept. */
export class OpenApiService {
  readonly #options: OpenApiOptions;
  readonly #builtIn: readonly V3Source[];
  #extras: OpenApiExtras = {};
  #cache = new Map<string, OpenApiDocument>();
  /** Of documents that were only written for the index, which would be megabytes to keep. */
  readonly #hashes = new Map<string, string>();

  constructor(options: OpenApiOptions) {
    this.#options = options;
    this.#builtIn = openApiV3(options.resources, options.catalog, options.descriptions);
  }

  /** Replaces what is served beyond the built-in kinds. */
  setExtras(extras: OpenApiExtras): void {
    for (const key of [...(this.#extras.v3?.keys() ?? []), ...(extras.v3?.keys() ?? [])]) this.#hashes.delete(key);
    this.#extras = extras;
    this.#cache = new Map();
  }

  /** `/openapi/v2`. Both forms have the ETag of the JSON. */
  v2(form: OpenApiForm): OpenApiDocument {
    if (form === 'json') return this.#cached('v2', () => jsonDocument(this.#v2Document()));
    return this.#cached('v2.pb', () => {
      const document = this.#v2Document();
      return protobufDocument(gnosticDocument(document), 2, jsonDocument(document).etag);
    });
  }

  /** `/openapi/v3`: where each group version's document is, with its hash. */
  v3Index(): OpenApiDocument {
    return this.#cached('v3', () => {
      const own = this.#v3Keys().map((key) => [key, { serverRelativeURL: `/openapi/v3/${key}?hash=${this.#hashOf(key)}` }]);
      const others = [...(this.#extras.remote?.v3 ?? [])].map(([key, serverRelativeURL]) => [key, { serverRelativeURL }]);
      return jsonDocument({ paths: Object.fromEntries([...own, ...others]) });
    });
  }

  /** `/openapi/v3/<key>`; undefined for a key that is not served. */
  v3(key: string, form: OpenApiForm = 'json'): OpenApiDocument | undefined {
    const json = this.#v3Json(key);
    if (!json || form === 'json') return json;
    const protobuf = () => gnosticDocumentV3(JSON.parse(json.bytes.toString()) as OpenApiV3);
    return this.#cached(`v3.pb/${key}`, () => protobufDocument(protobuf(), 3, json.etag));
  }

  #v3Json(key: string): OpenApiDocument | undefined {
    const document = this.#cache.get(`v3/${key}`) ?? this.#v3Document(key);
    if (document) this.#cache.set(`v3/${key}`, document);
    return document;
  }

  #v3Document(key: string): OpenApiDocument | undefined {
    const document = merged(this.#builtIn.find((source) => source.key === key)?.build(), this.#extras.v3?.get(key)?.());
    return document && jsonDocument(document);
  }

  #hashOf(key: string): string {
    const known = this.#hashes.get(key);
    if (known) return known;
    const hash = (this.#v3Document(key)?.etag ?? '').replaceAll('"', '');
    this.#hashes.set(key, hash);
    return hash;
  }

  #v3Keys(): string[] {
    return [...new Set([...this.#builtIn.map(({ key }) => key), ...(this.#extras.v3?.keys() ?? [])])].sort();
  }

  #v2Document(): OpenApiV2 {
    const document = openApiV2(this.#options.resources, this.#options.catalog, this.#options.descriptions);
    const { v2: extra, remote } = this.#extras;
    const own = extra
      ? { ...document, paths: { ...document.paths, ...extra.paths }, definitions: { ...document.definitions, ...extra.definitions } }
      : document;
    return (remote?.v2 ?? []).reduce(mergeV2, own);
  }

  #cached(key: string, build: () => OpenApiDocument): OpenApiDocument {
    const known = this.#cache.get(key);
    if (known) return known;
    const document = build();
    this.#cache.set(key, document);
    return document;
  }
}

function merged(first: OpenApiV3 | undefined, second: OpenApiV3 | undefined): OpenApiV3 | undefined {
  if (!first || !second) return first ?? second;
  return {
    ...first,
    paths: { ...first.paths, ...second.paths },
    components: { ...first.components, schemas: { ...first.components.schemas, ...second.components.schemas } },
  };
}

function jsonDocument(document: unknown): OpenApiDocument {
  return documentOf(Buffer.from(JSON.stringify(document)), 'application/json');
}

function protobufDocument(bytes: Uint8Array, version: 2 | 3, etag: string): OpenApiDocument {
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), contentType: protobufType(version), etag };
}

function documentOf(bytes: Buffer, contentType: string): OpenApiDocument {
  return { bytes, contentType, etag: `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"` };
}
