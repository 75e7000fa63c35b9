/** A fetch for MCP servers that follows redirects within the server's origin only, because its headers hold credentials. */
import { PflowError } from '../../lib/error.js';
import { proxiedFetch } from '../../lib/proxy/proxied-fetch.js';

const MOST_REDIRECTS = 5;

/** Fetches a URL. A redirect keeps method and body, as 307 and 308 do; one to another origin rejects with a PflowError. */
export async function fetchSameOrigin(address: string | URL, init: RequestInit = {}): Promise<Response> {
  const first = new URL(address);
  let url = first;
  for (let redirects = 0; ; redirects++) {
    const response = await proxiedFetch(url, { ...init, redirect: 'manual' });
    const location = response.headers.get('location');
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href) || redirects === MOST_REDIRECTS)
      throw new PflowError('node_failed', `${first.origin} redirects without end or to no address.`);
    url = new URL(location, url);
    if (url.origin !== first.origin) {
      throw new PflowError(
        'node_failed',
        `${first.origin} redirects to ${url.origin}, which gets no request.`,
        {
          hint: 'Write the new address into `url` of the MCP server.',
        },
      );
    }
  }
}
