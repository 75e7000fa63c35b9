/** Parses the Retry-After headers of a response. */

/**
 * The delay a response requests, in ms: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110 §10.2.3).
 * Undefined if absent or malformed.
 */
export function retryAfterMs(
  headers: Readonly<Record<string, string>> | undefined,
  now = Date.now(),
): number | undefined {
  const milliseconds = number(headers?.['retry-after-ms']);
  if (milliseconds !== undefined) return milliseconds;
  const header = headers?.['retry-after'];
  const seconds = number(header);
  if (seconds !== undefined) return seconds * 1000;
  const date = header === undefined ? Number.NaN : Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
