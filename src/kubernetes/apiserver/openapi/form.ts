import { clausesOf } from '../http/negotiate.ts';

export type OpenApiForm = 'json' | 'protobuf';

/** The content type of documents in protobuf. */
export const protobufType = (version: 2 | 3): string => `application/com.github.proto-openapi.spec.v${version}.v1.0+protobuf`;

/** What clients ask for; no content type, though, because `@` may not stand in one and Go refuses to parse it. */
const askedType = (version: 2 | 3): string => `application/com.github.proto-openapi.spec.v${version}@v1.0+protobuf`;

/** The form of a document that `Accept` likes best; undefined where it likes none. */
export function openApiForm(accept: string | undefined, version: 2 | 3): OpenApiForm | undefined {
  for (const { type } of clausesOf(accept || '*/*')) {
    if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
    if (type === protobufType(version) || type === askedType(version)) return 'protobuf';
  }
  return undefined;
}
