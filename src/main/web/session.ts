import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = 'slipway-session';

/**
 * Who may use the web host. The URL printed at start holds a token that works once; the browser that used it holds
 * a cookie from then on. A new token can be made for another browser.
 */
export class WebSessions {
  readonly #tokens = new Set<string>();
  readonly #sessions = new Set<string>();

  newToken(): string {
    const token = randomBytes(24).toString('base64url');
    this.#tokens.add(token);
    return token;
  }

  /** Spends a token: the Set-Cookie value of the session it buys, or undefined. */
  exchange(token: string): string | undefined {
    if (!takeFrom(this.#tokens, token)) return undefined;
    const session = randomBytes(32).toString('base64url');
    this.#sessions.add(session);
    return `${COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/`;
  }

  allows(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const session = cookies.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    return session !== undefined && [...this.#sessions].some((known) => equal(known, session));
  }
}

function takeFrom(tokens: Set<string>, wanted: string): boolean {
  for (const token of tokens) if (equal(token, wanted)) return tokens.delete(token);
  return false;
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
