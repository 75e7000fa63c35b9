/** Makes responses that are no event stream readable as one, and rejects web pages. */
import { proxiedFetch } from '../../lib/proxy/proxied-fetch.js';
import { RequestFailure } from '../client/llm-failure.js';
import { convertToEvents } from './unstreamed-answer.js';

/** The most bytes of a response without a stream that are read. */
const MOST_BYTES = 50_000_000;

/**
 * Wraps `fetch` for requests that ask for a stream. Some servers ignore `stream` and respond with one JSON document: it is
 * converted to the events of a stream. A web page (of a proxy, a login or a wrong address) is an error with its status, title
 * and address. `label` names the provider.
 */
export function createStreamingFetch(label: string, send: typeof fetch = proxiedFetch): typeof fetch {
  return async (input, init) => {
    const response = await sendToHost(send, input, init, label);
    const type = response.headers.get('content-type') ?? '';
    if (!response.body || /event-stream|x-ndjson/i.test(type)) return response;
    const reader = response.body.getReader();
    const { chunks, first } = await readStart(reader);
    if (first === '<') throw webPage(await readText(reader, chunks), response, label, addressOf(input));
    const isDocument = response.ok && (first === '{' || first === '[');
    if (!isDocument) return rebuild(response, resume(reader, chunks));
    const text = await readText(reader, chunks);
    const events = convertToEvents(text, new URL(addressOf(input)).pathname);
    if (events === undefined) throw noAnswer(text, label, addressOf(input));
    return rebuild(response, events, { 'content-type': 'text/event-stream' });
  };
}

/** The most redirects of one request that are followed. */
const MOST_REDIRECTS = 3;

/**
 * Follows redirects that keep the method and the host. Any other would send the request without its body, or its key to
 * another server.
 */
async function sendToHost(
  send: typeof fetch,
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  label: string,
): Promise<Response> {
  let address = input;
  for (let redirects = 0; ; redirects++) {
    const response = await send(address, { ...init, redirect: 'manual' });
    const { status } = response;
    const location = status >= 300 && status < 400 ? response.headers.get('location') : null;
    if (location === null) return response;
    await response.body?.cancel();
    const from = new URL(address instanceof Request ? address.url : address);
    const to = new URL(location, from);
    const isSafe = (status === 307 || status === 308) && to.hostname === from.hostname;
    if (!isSafe || redirects === MOST_REDIRECTS || (from.protocol === 'https:' && to.protocol !== 'https:'))
      throw redirected(label, status, addressOf(from), addressOf(to));
    address = to;
  }
}

function redirected(label: string, status: number, from: string, to: string): RequestFailure {
  return new RequestFailure(
    'llm_refused',
    `${label} redirects ${from} to ${to} (status ${status}), and requests to a model are not sent on.`,
    {
      httpStatus: status,
      hint: 'Set the address of the provider (OPENAI_BASE_URL, ANTHROPIC_BASE_URL or GEMINI_BASE_URL) to the new one if you trust it.',
    },
  );
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Reads up to the first character that is not white space. */
async function readStart(reader: Reader): Promise<{ chunks: Uint8Array[]; first: string | undefined }> {
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { chunks, first: undefined };
    chunks.push(value);
    const first = Buffer.from(value).toString('latin1').replace(/^ï»¿/, '').trimStart()[0];
    if (first !== undefined) return { chunks, first };
  }
}

async function readText(reader: Reader, chunks: readonly Uint8Array[]): Promise<string> {
  const all = [...chunks];
  let size = all.reduce((sum, chunk) => sum + chunk.length, 0);
  while (size < MOST_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    all.push(value);
    size += value.length;
  }
  if (size >= MOST_BYTES) await reader.cancel();
  return Buffer.concat(all).toString('utf8');
}

function resume(reader: Reader, chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    async pull(controller) {
      const next = rest.shift();
      if (next) return controller.enqueue(next);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function rebuild(
  { status, statusText, headers }: Response,
  body: string | ReadableStream<Uint8Array>,
  others: Readonly<Record<string, string>> = {},
): Response {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding']) kept.delete(name);
  for (const [name, value] of Object.entries(others)) kept.set(name, value);
  return new Response(body, { status, statusText, headers: kept });
}

/** Gateways answer 502 to 504 with a page of their own while the server behind them restarts: worth one more attempt. */
function webPage(html: string, { status }: Response, label: string, address: string): RequestFailure {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1]?.replace(/\s+/g, ' ').trim().slice(0, 100);
  const named = title ? ` titled '${title}'` : '';
  const isTransient = status >= 502 && status <= 504;
  const hint =
    status === 413
      ? 'The prompt is too large for the server in front of the model: split the text with a split-text node.'
      : isTransient
        ? `${label} or a gateway in front of it is having trouble. Run it again later.`
        : 'Check the address: a path such as /v1 may be missing from it, or a proxy or a login page is in between.';
  return new RequestFailure(
    isTransient ? 'llm_failed' : 'llm_refused',
    `${label} returned a web page${named} instead of an answer (HTML with status ${status} from ${address}).`,
    { hint, httpStatus: status, retryable: isTransient, mostRetries: 1 },
  );
}

function noAnswer(text: string, label: string, address: string): RequestFailure {
  const line = text.replace(/\s+/g, ' ').trim();
  const shown = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  const message = `${label} returned JSON that is no answer of a model (status 200 from ${address}): ${shown}`;
  return new RequestFailure('llm_refused', message, { httpStatus: 200 });
}

/** Without its query, where some providers expect the key. */
function addressOf(input: Parameters<typeof fetch>[0]): string {
  const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
  return origin + pathname;
}
