/** Converts a call of a foreign trace to the events of its request and its response. */
import type { EventOf } from '../../trace/event/event.js';
import type { Capture } from '../../trace/capture/capture.js';
import type { CallDetail, CallOutline } from './foreign-run.js';

type Request = Omit<EventOf<'llm.request'>, 'seq' | 'at'>;
type Response = Omit<EventOf<'llm.response'>, 'seq' | 'at'>;

/** The request of a call. */
export function callRequest(span: number, call: CallDetail, capture: Capture): Request {
  const event: Request = { type: 'llm.request', span, seenBy: 'telemetry' };
  if (call.prompt !== undefined) event.prompt = capture(call.prompt);
  if (call.system !== undefined) event.system = capture(call.system);
  const settings = Object.entries(call.settings ?? {}).filter(([, value]) => value !== undefined);
  if (settings.length > 0) {
    event.settings = Object.fromEntries(settings.map(([key, value]) => [key, capture(value, key)]));
  }
  if (call.tools?.length) event.tools = call.tools.map(({ name, bytes }) => ({ name, bytes }));
  if (call.api !== undefined) event.api = call.api;
  if (call.host !== undefined) event.host = call.host;
  return event;
}

/** The response of a call. A cost that a tool computed is recorded next to the usage, not as its cost. */
export function callResponse(
  span: number,
  { model }: CallOutline,
  call: CallDetail,
  capture: Capture,
): Response {
  const usage = call.usage;
  const { usage: billed, toolCostUsd } = separateToolCost(usage, call.toolCostUsd);
  const event: Response = {
    type: 'llm.response',
    span,
    model: call.responseModel ?? model ?? 'unknown',
    usage: billed,
    usageOrigin: billed === null ? 'none' : 'reported',
  };
  if (call.object !== undefined && call.object !== null) event.object = capture(call.object);
  else if (call.text !== undefined) event.text = capture(call.text);
  if (call.reasoning !== undefined && call.reasoning !== '') event.reasoning = capture(call.reasoning);
  if (call.toolCalls?.length) {
    event.toolCalls = call.toolCalls.map((each) => ({ ...each, arguments: capture(each.arguments) }));
  }
  if (call.rawUsage !== undefined) event.rawUsage = capture(call.rawUsage, 'usage');
  if (call.firstTokenMs !== undefined) event.firstTokenMs = Math.round(call.firstTokenMs * 1000) / 1000;
  if (call.finishReason !== undefined) event.finishReason = call.finishReason;
  if (call.httpStatus !== undefined) event.status = call.httpStatus;
  if (call.incomplete) event.incomplete = true;
  if (toolCostUsd !== undefined) event.toolCostUsd = toolCostUsd;
  const ids = {
    ...(call.requestId === undefined ? {} : { request: call.requestId }),
    ...(call.responseId === undefined ? {} : { response: call.responseId }),
  };
  if (Object.keys(ids).length > 0) event.ids = ids;
  return event;
}

/** Separates a usage from a cost that a tool computed from its own prices, which is an estimate. */
function separateToolCost(
  usage: CallDetail['usage'],
  toolCostUsd: number | undefined,
): { usage: CallDetail['usage']; toolCostUsd: number | undefined } {
  if (usage?.reportedCostSource !== 'tool') return { usage, toolCostUsd };
  const { reportedCostUsd, reportedCostSource: _, ...billed } = usage;
  return { usage: billed, toolCostUsd: toolCostUsd ?? reportedCostUsd };
}
