/** Decides which requests are observed: those to models that a listener wants. */

import { findHostSeller } from '../../lib/model-hosts.js';
import { classifyAddress } from '../../wire/model-paths.js';
import { Exchange } from './exchange.js';
import type { TapClient, TapListener, TappedRequest } from './listener.js';
import { currentStep, type StepEvent } from './step-events.js';

/** The listeners of this copy of the tap. */
export const listeners = new Set<TapListener>();

/** Whether any listener may answer instead of the network. */
export function mayBeAnswered(): boolean {
  for (const { answers } of listeners) if (answers === true) return true;
  return false;
}

/** Whether a request may be one to a model, by what is cheapest to know of it. */
export function mayBeModelRequest(method: unknown): boolean {
  return method === 'POST' || method === 'GET' || mayBeAnyRequest();
}

/** Whether a listener is offered requests to providers of any method. */
export function mayBeAnyRequest(): boolean {
  for (const { allOfProviders } of listeners) if (allOfProviders === true) return true;
  return false;
}

/**
 * Begins to observe a request if a listener wants it. `url` is absolute; `headers` is called only if the request's address is
 * that of a model. `isPlain`: neither a POST nor a WebSocket's handshake, so that it calls no model. It never throws.
 */
export function openExchange(
  client: TapClient,
  method: string,
  url: string,
  headers: () => Readonly<Record<string, string>>,
  isPlain = false,
): Exchange | undefined {
  try {
    if (listeners.size === 0) return undefined;
    const callsModel = !isPlain && isModelAddress(method, url);
    if (!callsModel && !(mayBeAnyRequest() && isProviderAddress(url))) return undefined;
    const startedAt = performance.now();
    const request = { client, method, url, headers: headers(), startedAt, step: currentStep() };
    return offerExchange(request, callsModel);
  } catch {
    return undefined;
  }
}

/** Offers a request to the listeners; undefined if none wants it. */
export function offerExchange(request: TappedRequest, callsModel = true): Exchange | undefined {
  const exchange = new Exchange(request);
  for (const listener of listeners)
    if (callsModel || listener.allOfProviders === true) offer(exchange, listener);
  return exchange.isObserved ? exchange : undefined;
}

/** Passes a step on to the listeners. */
export function reportStep(event: StepEvent): void {
  for (const listener of listeners) {
    try {
      listener.onStep?.(event);
    } catch {
      // Observation must not affect the program.
    }
  }
}

/** A listener that fails does not keep the exchange from the others. */
function offer(exchange: Exchange, listener: TapListener): void {
  try {
    exchange.offer(listener);
  } catch {
    // Observation must not affect the program.
  }
}

/** `https://host:port/path`: host and path are cut out, as parsing an address costs several times as much. */
const ADDRESS = /^[a-z]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)(?::\d+)?([^?#]*)/i;

function isModelAddress(method: string, url: string): boolean {
  const match = ADDRESS.exec(url);
  return match !== null && classifyAddress(method, match[1]!, match[2]!) !== undefined;
}

function isProviderAddress(url: string): boolean {
  const match = ADDRESS.exec(url);
  return match !== null && findHostSeller(match[1]!, match[2]!) !== undefined;
}

/** Headers in any of the forms in which clients hold them, by name in lower case. Values of the same name are joined. */
export function normalizeHeaders(headers: unknown): Record<string, string> {
  const normalized: Record<string, string> = Object.create(null) as Record<string, string>;
  const add = (name: unknown, value: unknown): void => {
    if (value === undefined || value === null) return;
    const key = String(name).toLowerCase();
    const text = Array.isArray(value) ? value.map(String).join(', ') : String(value);
    normalized[key] = normalized[key] === undefined ? text : `${normalized[key]}, ${text}`;
  };
  if (Array.isArray(headers)) {
    // A flat list of names and values, as on the wire, or a list of pairs.
    if (Array.isArray(headers[0]))
      for (const [name, value] of headers as [unknown, unknown][]) add(name, value);
    else for (let i = 0; i + 1 < headers.length; i += 2) add(headers[i], headers[i + 1]);
  } else if (isIterable(headers)) {
    for (const pair of headers) if (Array.isArray(pair)) add(pair[0], pair[1]);
  } else if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers)) add(name, value);
  }
  return normalized;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}
