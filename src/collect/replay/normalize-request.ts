/** Reduces a request to what identifies it across runs, without secrets. */

import { isJsonObject, tryParseJson } from '../../lib/data/json-object.js';
import { createHash } from 'node:crypto';
import type { Redactor } from '../../trace/redact/redact.js';
import { parseWireRequest, type HttpRequest } from '../../wire/wire-request.js';
import type { RecordedRequest } from './call-file.js';
import { mapStrings } from './map-strings.js';

/** Fields that name the sender or the cache, and do not change the answer. */
const volatileFields = new Set([
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
]);

/** Longer texts, such as images as base64, are identified by their hash. UTF-16 units. */
const MAX_TEXT = 100_000;

/** Method, path, model and body. Host, query and headers are left out: there are the keys, and proxies change the host. */
export function normalizeRequest(request: HttpRequest, redactor: Redactor): RecordedRequest {
  const { pathname } = new URL(request.url);
  const model = parseWireRequest(request)?.model;
  return {
    method: request.method,
    path: redactor.text(pathname),
    ...(model === undefined ? {} : { model: redactor.text(model) }),
    body: normalizeBody(request, redactor),
  };
}

function normalizeBody({ headers, body }: HttpRequest, redactor: Redactor): unknown {
  if (body === undefined || body.length === 0) return null;
  const text = Buffer.from(body).toString();
  const json = tryParseJson(text);
  if (json === undefined) {
    // Forms separate their parts by a random text.
    const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1];
    const fixed = boundary ? Buffer.from(text.replaceAll(boundary, 'boundary')) : body;
    return { bytes: fixed.length, sha256: hash(fixed) };
  }
  const kept = isJsonObject(json)
    ? Object.fromEntries(Object.entries(json).filter(([name]) => !volatileFields.has(name)))
    : json;
  return mapStrings(kept, redactor, (each) =>
    each.length > MAX_TEXT ? `[${each.length} characters, sha256 ${hash(each)}]` : redactor.text(each),
  );
}

/** Equal for equal requests, whatever the order of their fields. */
export function identifyRequest(request: RecordedRequest): string {
  return hash(JSON.stringify(sorted(request)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, sorted(each)]),
  );
}

function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
