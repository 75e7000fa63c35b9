/** Decodes AWS's binary event stream (application/vnd.amazon.eventstream), in which Amazon Bedrock streams. */

/** One message of an event stream. */
export type EventStreamMessage = Readonly<{ headers: Readonly<Record<string, string>>; payload: Uint8Array }>;

/**
 * The messages of an event stream, as far as they are complete: after a message that is truncated or malformed nothing
 * can be read. A message is its total length, the length of its headers and a checksum (4 bytes each), the headers, the
 * payload, and a checksum; checksums are not verified.
 */
export function parseEventStream(bytes: Uint8Array): EventStreamMessage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: EventStreamMessage[] = [];
  let start = 0;
  while (start + OVERHEAD <= bytes.length) {
    const length = view.getUint32(start);
    const headersEnd = start + 12 + view.getUint32(start + 4);
    const end = start + length;
    if (length < OVERHEAD || end > bytes.length || headersEnd > end - 4) break;
    messages.push({
      headers: parseHeaders(bytes.subarray(start + 12, headersEnd)),
      payload: bytes.subarray(headersEnd, end - 4),
    });
    start = end;
  }
  return messages;
}

/** Prelude and trailing checksum. */
const OVERHEAD = 16;

/** The size in bytes of a header value by its type; those of 6 and 7 carry their size. */
const sizes: readonly number[] = [0, 0, 1, 2, 4, 8, NaN, NaN, 8, 16];

/** The headers whose value is text. */
function parseHeaders(bytes: Uint8Array): Record<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const headers: Record<string, string> = {};
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + view.getUint8(at);
    if (nameEnd + 1 > bytes.length) break;
    const type = view.getUint8(nameEnd);
    let valueStart = nameEnd + 1;
    let size = sizes[type];
    if (type === 6 || type === 7) {
      if (valueStart + 2 > bytes.length) break;
      size = view.getUint16(valueStart);
      valueStart += 2;
    }
    if (size === undefined || valueStart + size > bytes.length) break;
    const value = bytes.subarray(valueStart, valueStart + size);
    if (type === 7) headers[decoder.decode(bytes.subarray(at + 1, nameEnd))] = decoder.decode(value);
    at = valueStart + size;
  }
  return headers;
}
