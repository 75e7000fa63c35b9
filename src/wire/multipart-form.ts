/** Reads the text fields of a multipart form; files in it are passed over. */

/** The text fields of a `multipart/form-data` body by name; undefined if it is malformed. `text` is the body as latin1. */
export function parseMultipart(contentType: string, text: string): Record<string, string> | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const parts = text.split(`--${boundary}`).slice(1);
  if (parts.length === 0) return undefined;
  const fields: Record<string, string> = {};
  for (const part of parts) {
    const end = part.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const head = part.slice(0, end);
    const name = /\bname="([^"]*)"/i.exec(head)?.[1];
    if (name === undefined || /\bfilename\*?=/i.test(head)) continue;
    Object.defineProperty(fields, name, {
      value: Buffer.from(part.slice(end + 4).replace(/\r\n$/, ''), 'latin1').toString(),
      enumerable: true,
      configurable: true,
    });
  }
  return fields;
}
