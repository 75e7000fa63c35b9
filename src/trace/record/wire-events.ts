/** What the events of a call state of an exchange on the wire. */

import type { WireRequest, WireResponse } from '../../wire/wire-call.js';
import type { CallResponse, CallStart } from './record-call.js';

/** The start of the call that a request is, without the span that made it. */
export function describeWireRequest(request: WireRequest): Omit<CallStart, 'parent'> {
  const { prompt, system, settings, tools, toolChoice, responseFormat, thinking } = request;
  return {
    // A host that is not known to sell models stands for its owner: prices may be given for it.
    provider: request.knownHost ? request.provider : request.host,
    model: request.model ?? 'unknown',
    api: request.api,
    host: request.host,
    settings,
    tools,
    ...(prompt === undefined ? {} : { prompt }),
    ...(system === undefined ? {} : { system }),
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(thinking === undefined ? {} : { thinking }),
  };
}

/** The response of the call, as the provider reported it. */
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
