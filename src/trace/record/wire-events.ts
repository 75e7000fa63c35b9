/** Converts an HTTP exchange with a model provider to the events of a call. */

import type { WireRequest, WireResponse } from '../../wire/wire-call.js';
import type { CallResponse, CallStart } from './record-call.js';

/** The start of a call, without its parent span, from its HTTP request. */
export function describeWireRequest(request: WireRequest): Omit<CallStart, 'parent'> {
  const { prompt, system, settings, tools, toolDefinitions, toolChoice, responseFormat, thinking } = request;
  return {
    // An unknown host is used as the provider name: the user may have set prices for it.
    provider: request.knownHost ? request.provider : request.host,
    model: request.model ?? 'unknown',
    api: request.api,
    host: request.host,
    settings,
    tools,
    ...(toolDefinitions === undefined ? {} : { toolDefinitions }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(system === undefined ? {} : { system }),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(thinking === undefined ? {} : { thinking }),
  };
}

/** The response of a call, as reported by the provider. */
export function describeWireResponse(
  response: WireResponse,
  request: WireRequest,
  firstTokenMs: number | undefined,
): CallResponse {
  const { usage, requestId, id, reasoning, finishReason, rawUsage, localServer } = response;
  return {
    text: response.text,
    toolCalls: response.toolCalls,
    model: response.model ?? request.model ?? 'unknown',
    usage,
    usageOrigin: usage === null ? 'none' : 'reported',
    incomplete: response.incomplete,
    status: response.status,
    ids: {
      ...(requestId === undefined ? {} : { request: requestId }),
      ...(id === undefined ? {} : { response: id }),
    },
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(rawUsage === undefined ? {} : { rawUsage }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(request.loopback && localServer !== undefined
      ? { free: `answered by ${localServer} on this machine` }
      : {}),
  };
}
