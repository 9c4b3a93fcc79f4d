import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';

/** The answer being written, over HTTP/1.1 or HTTP/2: Node's compatibility API, with what both have. */
export type HttpResponse = ServerResponse | Http2ServerResponse;
