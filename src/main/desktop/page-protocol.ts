import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { CONTENT_TYPES, SECURITY_HEADERS } from '../web/static-files.ts';

const SCHEME = 'slipway';
const HOST = 'app';

export const PAGE_URL = `${SCHEME}://${HOST}/index.html`;

/** To be called before the app is ready: gives the page an origin of its own, as a web page has. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

export function isOwnPage(url: string | undefined): boolean {
  return url?.startsWith(`${SCHEME}://${HOST}/`) ?? false;
}

/** Serves the built renderer, and nothing else, with the same headers as the web host. */
export function servePage(root: string): void {
  protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = join(root, normalize(decodeURIComponent(pathname)));
    const body = host === HOST && file.startsWith(root + sep) ? await readFile(file).catch(() => undefined) : undefined;
    if (!body) return new Response('Not found', { status: 404 });
    return new Response(new Uint8Array(body), {
      headers: { ...SECURITY_HEADERS, 'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream' },
    });
  });
}
