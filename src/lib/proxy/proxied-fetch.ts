/** `fetch` that uses the proxy of the environment, which Node's own does not do by itself in every version. */
import { findProxy, type Proxy } from './find-proxy.js';

/** Like `fetch`. Without a proxy for the address it is `fetch`; otherwise a body is sent as a whole, and the response streams. */
export const proxiedFetch: typeof fetch = async (input, init) => {
  const proxy = proxyFor(input);
  if (!proxy) return fetch(input, init);
  // Loaded here, because few machines have a proxy.
  const { sendProxied } = await import('./send-proxied.js');
  return sendProxied(new Request(input, init), proxy);
};

function proxyFor(input: Parameters<typeof fetch>[0]): Proxy | undefined {
  try {
    return findProxy(new URL(input instanceof Request ? input.url : input));
  } catch (cause) {
    throw new TypeError('fetch failed', { cause });
  }
}
