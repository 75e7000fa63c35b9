/** Removes everything from a trace's events that its run captured: structure, times, counts, costs and hashes remain. */
import type { Captured } from '../event/captured.js';
import type { EventOf, KnownTraceEvent, TraceEvent, TraceEventType, TracedError } from '../event/event.js';
import { describeKind, measureSize } from './value-kind.js';

/** Placeholder for an omitted text. */
const LEFT_OUT = '(left out)';

/**
 * The event without content: no value, prompt, response, log, error message, label, path or name that a user or a model
 * wrote, except the names of nodes, tools, models, parameters and store keys, which are the structure of the run.
 */
export function omitContent(event: TraceEvent): TraceEvent {
  if (!isKnown(event)) return { ...event, raw: {} };
  return (omit[event.type] as (known: KnownTraceEvent) => KnownTraceEvent)(event);
}

function isKnown(event: TraceEvent): event is KnownTraceEvent {
  return Object.hasOwn(omit, event.type);
}

const STAMP = ['seq', 'at', 'type'] as const;

// Each lists what stays, so that a field that is added to the format is left out until it is named here.
const omit: { readonly [T in TraceEventType]: (event: EventOf<T>) => EventOf<T> } = {
  'run.started': (event) => ({
    ...pick(event, [...STAMP, 'format', 'version', 'run', 'startedAt', 'tz', 'pflow', 'source', 'commit']),
    ...pick(event, ['flags', 'basedOn', 'foreign']),
    name: LEFT_OUT,
    params: {},
    ...(event.model && {
      model: { ...pick(event.model, ['provider', 'model', 'free']), reason: LEFT_OUT },
    }),
    ...(event.workflow && { workflow: { ...pick(event.workflow, ['hash']), name: LEFT_OUT } }),
  }),
  'workflow.planned': (event) => ({
    ...pick(event, [...STAMP, 'span', 'origin', 'isolated', 'edited']),
    name: LEFT_OUT,
    ir: { $: 'omitted', of: describeKind(event.ir), size: measureSize(event.ir) },
    nodes: event.nodes.map((node) => pick(node, ['id', 'type'])),
    edges: event.edges.map((edge) => pick(edge, ['from', 'to', 'action', 'kind'])),
    ...(event.repaired && { repaired: { attempt: event.repaired.attempt, reason: LEFT_OUT } }),
  }),
  'span.started': (event) => ({
    ...pick(event, [
      ...STAMP,
      'span',
      'parent',
      'kind',
      'name',
      'nodeType',
      'visit',
      'attempt',
      'index',
      'of',
    ]),
    ...pick(event, ['provider', 'model', 'free', 'links', 'from', 'provisional']),
  }),
  'span.finished': (event) => ({
    ...pick(event, [...STAMP, 'span', 'status', 'action', 'batch', 'httpStatus', 'requestId', 'until']),
    ...omitError(event.error),
    ...(event.degraded && { degraded: { code: event.degraded.code } }),
    ...(event.retryReason !== undefined && { retryReason: LEFT_OUT }),
  }),
  'params.resolved': (event) => ({
    ...pick(event, [...STAMP, 'span']),
    params: mapValues(event.params, ({ template, value, from }) => ({
      value: omitValue(value),
      ...(template !== undefined && { template: omitValue(template) }),
      ...(from && { from }),
    })),
  }),
  'store.changed': (event) => ({
    ...pick(event, [...STAMP, 'span', 'store', 'deleted']),
    set: mapValues(event.set, omitValue),
  }),
  'log.written': (event) => ({
    ...pick(event, [...STAMP, 'span', 'stream', 'level', 'source', 'item']),
    text: LEFT_OUT,
  }),
  'progress.changed': (event) => pick(event, [...STAMP, 'span', 'done', 'total']),
  'llm.request': (event) => ({
    ...pick(event, [...STAMP, 'span', 'api', 'seenBy', 'attribution', 'ids']),
    ...(event.prompt !== undefined && { prompt: omitValue(event.prompt) }),
    ...(event.system !== undefined && { system: omitValue(event.system) }),
    ...(event.settings && { settings: mapValues(event.settings, omitValue) }),
    ...(event.parts && {
      parts: event.parts.map((part) => pick(part, ['role', 'chars', 'bytes', 'sha256', 'name'])),
    }),
    ...(event.tools && { tools: event.tools.map((tool) => pick(tool, ['name', 'bytes'])) }),
  }),
  'llm.response': (event) => ({
    ...pick(event, [
      ...STAMP,
      'span',
      'finishReason',
      'model',
      'usage',
      'usages',
      'usageOrigin',
      'firstTokenMs',
    ]),
    ...pick(event, [
      'incomplete',
      'status',
      'ids',
      'tier',
      'free',
      'replayed',
      'plan',
      'toolCostUsd',
      'unusable',
    ]),
    ...(event.text !== undefined && { text: omitValue(event.text) }),
    ...(event.object !== undefined && { object: omitValue(event.object) }),
    ...(event.reasoning !== undefined && { reasoning: omitValue(event.reasoning) }),
    ...(event.toolCalls && {
      toolCalls: event.toolCalls.map((call) => ({ name: call.name, arguments: omitValue(call.arguments) })),
    }),
  }),
  'llm.progress': (event) => pick(event, [...STAMP, 'span', 'output']),
  'call.linked': (event) => pick(event, [...STAMP, 'span', 'same', 'by']),
  'control.changed': (event) => pick(event, [...STAMP, 'change', 'cause', 'span']),
  'run.finished': (event) => ({
    ...pick(event, [...STAMP, 'status', 'masked', 'node']),
    ...(event.result && { result: pick(event.result, ['output', 'mediaType']) }),
    ...(event.outputs && { outputs: mapValues(event.outputs, omitValue) }),
    ...(event.warnings && {
      warnings: event.warnings.map((warning) => ({ ...pick(warning, ['code', 'node']), message: LEFT_OUT })),
    }),
    ...(event.verified && {
      verified: event.verified.map((verdict) => ({
        ...pick(verdict, ['node', 'passed', 'code', 'ms']),
        command: LEFT_OUT,
      })),
    }),
    ...omitError(event.error),
  }),
};

function omitError(error: TracedError | undefined): { error?: TracedError } {
  return error ? { error: { ...pick(error, ['name', 'code']), message: LEFT_OUT } } : {};
}

/** A value as its kind and size; what was captured in a marked form keeps the size of the original. */
function omitValue(value: Captured): Captured {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('$' in value))
    return { $: 'omitted', of: describeKind(value), size: measureSize(value) };
  const { $: form, ...fields } = value as Readonly<Record<string, unknown>>;
  const kind = form === 'omitted' || form === 'deep' ? fields['of'] : form;
  const { size } = fields;
  return {
    $: 'omitted',
    of: typeof kind === 'string' ? kind : 'object',
    size: typeof size === 'number' ? size : 1,
  };
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}

/** The fields that a type names: the index signature of a loose object would allow any. */
type Declared<From> = { [Name in keyof From as string extends Name ? never : Name]: From[Name] };

/** The named fields, those that are there. */
function pick<From extends object, Name extends keyof Declared<From> & keyof From>(
  from: From,
  names: readonly Name[],
): Pick<Declared<From>, Name> {
  return Object.fromEntries(
    names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
  ) as Pick<Declared<From>, Name>;
}
