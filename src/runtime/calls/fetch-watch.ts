import { PflowError } from '../../lib/error.js';
import { readWireAnswer } from './wire-answer.js';
import { readWireRequest, type WireRequest } from './wire-request.js';
import { currentNode, type SpanObserver } from '../spans/span-observer.js';

let watchers = 0;
let replaced: typeof fetch | undefined;

/**
 * From now on sees the requests that nodes send to models over `fetch` with an SDK of their own, and accounts for them in
 * the node's span. Request and response pass untouched; only a copy of the answer is read. However many runs watch at
 * once, a request is seen once. Returns its own undo.
 */
export function watchFetch(): () => void {
  if (watchers++ === 0 && globalThis.fetch !== watched) {
    replaced = globalThis.fetch;
    globalThis.fetch = watched;
  }
  let watching = true;
  return () => {
    if (!watching) return;
    watching = false;
    // Where somebody else has put a fetch of theirs over ours, ours stays below it and only passes on.
    if (--watchers === 0 && globalThis.fetch === watched) globalThis.fetch = replaced!;
  };
}

const watched: typeof fetch = async (input, init) => {
  const node = watchers > 0 ? currentNode.getStore() : undefined;
  const request = node && (await requestOf(input, init));
  return node && request ? observe(node, request, () => replaced!(input, init)) : replaced!(input, init);
};

async function requestOf(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): Promise<WireRequest | undefined> {
  const request = input instanceof Request ? input : undefined;
  if ((init?.method ?? request?.method ?? 'GET').toUpperCase() !== 'POST') return undefined;
  const address = String(request?.url ?? input);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const body = init?.body ?? (request && (await request.clone().text()));
  if (!url || (typeof body !== 'string' && !(body instanceof Uint8Array))) return undefined;
  return readWireRequest(url, typeof body === 'string' ? body : new TextDecoder().decode(body));
}

async function observe(
  node: SpanObserver,
  request: WireRequest,
  send: () => Promise<Response>,
): Promise<Response> {
  const call = node.startCall(request);
  const sentAt = performance.now();
  let response: Response;
  try {
    response = await send();
  } catch (error) {
    call.failed(error);
    throw error;
  }
  if (!response.ok) {
    call.failed(new PflowError('llm_failed', `${response.status} from ${request.provider}.`));
    return response;
  }
  const reading = readCopy(response.clone(), (firstTokenMs, body) =>
    call.responded(readWireAnswer(body, request, firstTokenMs)),
  ).catch((error: unknown) => call.failed(error));
  node.settling(reading);
  return response;

  async function readCopy(copy: Response, done: (firstTokenMs: number, body: string) => void): Promise<void> {
    let body = '';
    let firstTokenMs: number | undefined;
    const decoder = new TextDecoder();
    for await (const chunk of copy.body ?? []) {
      firstTokenMs ??= performance.now() - sentAt;
      body += decoder.decode(chunk as Uint8Array, { stream: true });
    }
    done(firstTokenMs ?? performance.now() - sentAt, body);
  }
}
