// Who may use the console: the browser that came first with a token of this process, and pages of this server only. The server listens on
// 127.0.0.1, where every local program and, by DNS rebinding, every page of the web can reach it.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export interface Access {
  /** The path below which everything is. A cookie goes to every port of a host, but only below its path. */
  readonly path: string;
  /** A new URL, which admits one browser once. @param origin of this server */
  link(origin: string): string;
  /** Exchanges a token for the session's cookie. @returns whether the token was right; it is used up then */
  admit(context: Context, token: string): boolean;
  /** Refuses what does not come from a page of this server in an admitted browser. */
  readonly guard: MiddlewareHandler;
}

const cookieName = 'console';
const secret = (): string => randomBytes(24).toString('base64url');
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
/** In constant time. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** @param host the only value of the Host header that is taken, such as `127.0.0.1:4711` */
export function createAccess(host: () => string): Access {
  const session = secret();
  const path = `/${secret()}`;
  const unused = new Set<string>();
  return {
    path,
    link(origin) {
      const token = secret();
      unused.add(token);
      return `${origin}/?token=${token}`;
    },
    admit(context, token) {
      const found = [...unused].find((one) => isSame(one, token));
      if (found === undefined) return false;
      unused.delete(found);
      setCookie(context, cookieName, session, { path: `${path}/`, httpOnly: true, sameSite: 'Strict' });
      return true;
    },
    guard: async (context, next) => {
      const refused = refusal(context, host());
      if (refused !== undefined) return context.text(refused, 403);
      // The token of the URL is the only thing that a stranger may show.
      if (context.req.path === '/') return next();
      if (!isSame(getCookie(context, cookieName) ?? '', session))
        return context.text('Open the console by the URL that its command printed.', 401);
      return next();
    },
  };
}

/** Why a request is not one of a page of this server; undefined where it is. */
function refusal({ req }: Context, host: string): string | undefined {
  // A name of somebody else that leads to 127.0.0.1 is DNS rebinding.
  if (req.header('host') !== host) return 'The Host header does not name this server.';
  const origin = req.header('origin');
  if (origin !== undefined && origin !== `http://${host}`) return 'The Origin header does not name this server.';
  if (req.method !== 'GET' && origin === undefined) return 'The Origin header is missing.';
  // Another port of this host is another origin on the same site, so the cookie alone does not keep its pages out.
  const site = req.header('sec-fetch-site');
  const isOurs = site === undefined || site === 'same-origin' || site === 'none';
  return isOurs || req.path === '/' ? undefined : 'The request comes from a page of another server.';
}
