/** Imports captures of HTTP exchanges with model providers: claude-tap's JSON lines, and HAR 1.2. */
import { asFields, getField, toList, type Fields } from '../../usage/fields/fields.js';
import { describeWireRequest, describeWireResponse } from '../../trace/record/wire-events.js';
import { parseWireRequest } from '../../wire/wire-request.js';
import { parseWireResponse } from '../../wire/wire-response.js';
import type { WireRequest, WireResponse } from '../../wire/wire-call.js';
import type { ForeignRecords } from '../files/foreign-record.js';
import { countTokens } from '../frame/call-usage.js';
import type { ForeignRun, ForeignSpan } from '../frame/foreign-run.js';
import { parseTime } from '../frame/foreign-time.js';
import { textIn } from '../frame/record-text.js';
import { fromHar, fromTap, isHar, isTap, type Exchange } from './exchange-record.js';
import { toNumber } from '../../lib/data/foreign-value.js';

/** Whether a record is a captured exchange, or a list of them. */
export function isExchange(record: unknown): boolean {
  return isTap(record) || isHar(record);
}

/** Converts the calls of a capture to one run, in order. Exchanges with other servers are skipped. */
export async function importExchanges(records: ForeignRecords): Promise<ForeignRun> {
  const spans: ForeignSpan[] = [];
  let skipped = 0;
  let agent: string | undefined;
  for await (const { value, reread } of records) {
    const entries = isHar(value) ? toList(getField(value, 'log', 'entries')) : [value];
    for (const [index, entry] of entries.entries()) {
      const fields = asFields(entry) ?? {};
      const again = (): Fields =>
        asFields(isHar(value) ? toList(getField(reread(), 'log', 'entries'))[index] : reread()) ?? {};
      const span = toSpan(fields, again, spans.length);
      if (span) spans.push(span);
      else skipped++;
      agent ??= agentOf(fields);
    }
  }
  const root: ForeignSpan = {
    id: 'program',
    kind: 'program',
    name: agent ?? 'capture',
    startMs: Math.min(...spans.map(({ startMs }) => startMs)),
    endMs: Math.max(...spans.map(({ startMs, endMs }) => endMs ?? startMs)),
    detail: () => ({}),
  };
  return {
    format: 'http-capture',
    name: agent ?? 'capture',
    spans: spans.length > 0 ? [root, ...spans] : [],
    notes:
      skipped > 0
        ? [`${skipped} ${skipped === 1 ? 'exchange' : 'exchanges'} with other servers left out`]
        : [],
  };
}

function toSpan(entry: Fields, reread: () => Fields, index: number): ForeignSpan | undefined {
  const exchange = toExchange(entry);
  const call = exchange && parseCall(exchange);
  const startMs = parseTime(entry['timestamp'] ?? entry['startedDateTime']);
  if (!exchange || !call || startMs === undefined) return undefined;
  const duration = toNumber(entry['duration_ms'] ?? entry['time'] ?? 0) || 0;
  const { provider, model } = describeWireRequest(call.request);
  const { error, status } = call.response;
  return {
    id: `exchange-${index}`,
    parent: 'program',
    kind: 'llm',
    name: model,
    startMs,
    endMs: startMs + duration,
    ...(error || status >= 400
      ? { failed: true, error: { message: error?.message ?? `HTTP ${status}` } }
      : {}),
    call: { provider, model, tokens: countTokens(call.response.usage), isRequest: true },
    detail() {
      const { request, response } = parseCall(toExchange(reread())!)!;
      const sent = describeWireRequest(request);
      const received = describeWireResponse(response, request, undefined);
      const { text, model: responseModel, ids = {}, ...rest } = received;
      return {
        call: {
          ...sent,
          ...rest,
          text,
          responseModel,
          requestId: ids.request,
          responseId: ids.response,
          httpStatus: response.status,
        },
      };
    },
  };
}

function toExchange(entry: Fields): Exchange | undefined {
  return isTap(entry) ? fromTap(entry) : fromHar(entry);
}

function parseCall({
  request,
  response,
}: Exchange): { request: WireRequest; response: WireResponse } | undefined {
  const sent = parseWireRequest(request);
  return sent && { request: sent, response: parseWireResponse(response, sent) };
}

function agentOf(entry: Fields): string | undefined {
  const headers = asFields(getField(entry, 'request', 'headers')) ?? {};
  const name = Object.keys(headers).find((each) => each.toLowerCase() === 'user-agent');
  return name === undefined ? undefined : textIn(headers, name);
}
