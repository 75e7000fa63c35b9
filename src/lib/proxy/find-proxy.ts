/** Finds the proxy for an address in the environment variables that curl and most programs read. */

import { isLoopback } from '../model-hosts.js';

/** A proxy and the variable that names it. */
export type Proxy = Readonly<{ url: URL; variable: string }>;

/**
 * The proxy by `https_proxy`, `http_proxy` or `all_proxy`, in lower case first; undefined without one, for hosts in
 * `no_proxy`, and for this machine. Throws an Error if the variable is not the address of an HTTP proxy.
 */
export function findProxy(target: URL, env: NodeJS.ProcessEnv = process.env): Proxy | undefined {
  if (isLoopback(target.hostname) || isExcluded(target, read('no_proxy', env)?.value ?? '')) return undefined;
  const found = read(`${target.protocol.slice(0, -1)}_proxy`, env) ?? read('all_proxy', env);
  if (!found) return undefined;
  const { name, value } = found;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new Error(`${name} is not the address of an HTTP proxy, such as http://proxy.example.com:3128`);
  return { url, variable: name };
}

function read(name: string, env: NodeJS.ProcessEnv): { name: string; value: string } | undefined {
  for (const each of [name, name.toUpperCase()]) {
    const value = env[each]?.trim();
    if (value) return { name: each, value };
  }
  return undefined;
}

/** Entries are hosts, domains with or without a leading dot or `*.`, with or without a port, or `*` for all. */
function isExcluded({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = entry, entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (entryPort !== undefined && entryPort !== ownPort) return false;
      const domain = name.replace(/^\*?\./, '');
      return hostname === domain || hostname.endsWith(`.${domain}`);
    });
}
