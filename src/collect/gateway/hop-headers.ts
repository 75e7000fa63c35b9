/** Selects the headers of a message that a proxy passes on: those that belong to one connection stay behind (RFC 9110, 7.6.1). */

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers to pass on, as a flat list in their order and spelling; `without` names more that stay behind. */
export function listForwarded(rawHeaders: readonly string[], without: readonly string[] = []): string[] {
  const dropped = new Set([...hopByHop, ...without]);
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() !== 'connection') continue;
    for (const name of rawHeaders[i + 1]!.split(',')) dropped.add(name.trim().toLowerCase());
  }
  const forwarded: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (!dropped.has(rawHeaders[i]!.toLowerCase())) forwarded.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  }
  return forwarded;
}
