/** Follows HTTP redirects without handing secrets to other origins or requests to private addresses. */

import { PflowError } from '../../lib/error.js';
import { isPublicAddress } from './address-kind.js';
import { ForbiddenAddress, sendOnce, shownUrl, type Answer, type Exchange } from './send-once.js';

/** As many as fetch follows. */
const MOST_REDIRECTS = 20;

/** Headers that describe the request and never identify who sends it: only these go to another origin. */
const HARMLESS = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-language',
  'content-type',
  'if-modified-since',
  'if-none-match',
  'pragma',
  'range',
  'user-agent',
]);

/** Headers that describe a body; a redirect that drops the body drops them. */
const OF_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];

/**
 * Sends a request and follows up to 20 redirects, with the methods that fetch would use. At another origin (scheme, host and
 * port), every header that could be a credential is dropped for the rest of the chain. Once a server with a public address was
 * reached, addresses of this machine and its networks are refused. Rejects with a PflowError or the error of the connection.
 */
export async function followRedirects(
  first: Omit<Exchange, 'mayConnect'>,
  isPublic: (address: string) => boolean = isPublicAddress,
): Promise<Answer> {
  let exchange: Exchange = withoutUserInfo(first);
  for (let redirects = 0; ; redirects++) {
    const answer = await send(exchange, redirects);
    const next = nextRequest(exchange, answer);
    if (!next) return answer;
    if (redirects === MOST_REDIRECTS) {
      throw new PflowError(
        'node_failed',
        `${shownUrl(first.url)} redirects more than ${MOST_REDIRECTS} times.`,
      );
    }
    exchange =
      answer.viaProxy === true || isPublic(answer.address) ? { ...next, mayConnect: isPublic } : next;
  }
}

async function send(exchange: Exchange, redirects: number): Promise<Answer> {
  try {
    return await sendOnce(exchange);
  } catch (error) {
    const forbidden = [error, (error as Error).cause].some((each) => each instanceof ForbiddenAddress);
    if (!forbidden || redirects === 0) throw error;
    throw new PflowError(
      'node_failed',
      `A public server redirects to ${shownUrl(exchange.url)}, which is a private address. That request was not sent.`,
      { hint: 'To request that address, write it in `url`.' },
    );
  }
}

/** Credentials in the URL become a header, so that they are dropped like one. */
function withoutUserInfo(exchange: Exchange): Exchange {
  const { username, password } = exchange.url;
  if (!username && !password) return exchange;
  const [url, headers] = [new URL(exchange.url), new Headers(exchange.headers)];
  url.username = url.password = '';
  const credentials = [username, password].map(decodePercent).join(':');
  if (!headers.has('authorization'))
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  return { ...exchange, url, headers };
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The request that a response redirects to; undefined if it is not a redirect. */
function nextRequest(exchange: Exchange, { status, headers }: Answer): Exchange | undefined {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
  const url = targetOf(location, exchange.url);
  const { method } = exchange;
  const becomesGet = status === 303 ? !['GET', 'HEAD'].includes(method) : status <= 302 && method === 'POST';
  const leaves = url.origin !== exchange.url.origin;
  const kept = Array.from(exchange.headers).filter(
    ([name]) => !(becomesGet && OF_BODY.includes(name)) && (!leaves || HARMLESS.has(name)),
  );
  const next = { ...exchange, url, headers: new Headers(kept) };
  return becomesGet ? { ...next, method: 'GET', body: undefined } : next;
}

function targetOf(location: string, from: URL): URL {
  // Header bytes are read as latin1; servers send UTF-8.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  const url = URL.canParse(text, from.href) ? new URL(text, from.href) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new PflowError(
      'node_failed',
      `${shownUrl(from)} redirects to something that is not a web address.`,
    );
  }
  if (!url.hash) url.hash = from.hash;
  url.username = url.password = '';
  return url;
}
