/** Parses the attributes of pflow's own OTLP export, so that an exported run is restored on import. */
import { jsonAt, numberAt, textAt } from './attribute-values.js';
import type { Attributes, ReceivedEvent } from '../../otlp/decode/received.js';
import { isJsonObject } from '../../lib/data/json-object.js';
import { getField, toList } from '../../usage/fields/fields.js';
import type { ForeignSpan, MarkDetail } from '../frame/foreign-run.js';
import type { Content, DialectSpan, Reading } from './dialect.js';
import { stringifyAny } from '../../lib/data/foreign-value.js';

/** Reads a span with `pflow.kind`. Its call has the GenAI names. */
export function readPflow({ name, attributes }: DialectSpan): Reading | undefined {
  const kind = textAt(attributes, 'pflow.kind');
  if (kind === undefined) return undefined;
  return {
    kind,
    name: nameOf(kind, name, attributes),
    isRequest: kind === 'llm',
    toolCostUsd: numberAt(attributes, 'gen_ai.usage.cost'),
    free: textAt(attributes, 'pflow.cost.state') === 'free' || undefined,
    content() {
      const inputs = jsonAt(attributes, 'pflow.params');
      return {
        inputs: isJsonObject(inputs) ? inputs : undefined,
        ...(kind === 'llm' ? callContent(attributes) : {}),
      };
    },
  };
}

/** What the GenAI names do not represent exactly. */
function callContent(attributes: Attributes): Content {
  const messages = jsonAt(attributes, 'gen_ai.input.messages');
  const prompt = jsonAt(attributes, 'pflow.prompt') ?? toList(messages).map(toMessage);
  const settings = jsonAt(attributes, 'pflow.settings');
  const system = toList(jsonAt(attributes, 'gen_ai.system_instructions'))[0];
  const isText = attributes['pflow.prompt.text'] === true;
  return {
    prompt: messages === undefined ? undefined : isText ? getField(toList(prompt)[0], 'content') : prompt,
    system: getField(system, 'content'),
    object: jsonAt(attributes, 'pflow.object'),
    settings: isJsonObject(settings) ? settings : undefined,
  };
}

function toMessage(message: unknown): unknown {
  return {
    role: getField(message, 'role'),
    content: getField(toList(getField(message, 'parts'))[0], 'content'),
  };
}

/** A log line or a change of the store that the export preserves as an event; undefined for any other event. */
export function readPflowEvent({ name, attributes }: ReceivedEvent, traceId: string): MarkDetail | undefined {
  if (name === 'pflow.log') {
    const stream = textAt(attributes, 'pflow.log.stream');
    const level = textAt(attributes, 'pflow.log.level');
    return {
      type: 'log',
      text: textAt(attributes, 'pflow.log.text') ?? '',
      ...(stream === 'stderr' || stream === 'warning' ? { stream } : {}),
      ...(level === undefined ? {} : { level }),
    };
  }
  if (name !== 'pflow.store') return undefined;
  const set = jsonAt(attributes, 'pflow.store.set');
  const owner = textAt(attributes, 'pflow.store.span');
  return {
    type: 'store',
    set: isJsonObject(set) ? set : {},
    deleted: toList(attributes['pflow.store.deleted']).map(stringifyAny),
    ...(owner === undefined ? {} : { store: `${traceId}/${owner}` }),
  };
}

/** The export names spans in the way that OpenTelemetry viewers group them. */
function nameOf(kind: string, name: string, attributes: Attributes): string | undefined {
  if (kind === 'stage' && name === 'plan') return 'planner';
  const index = numberAt(attributes, 'pflow.item.index');
  if (kind === 'item' && index !== undefined) return String(index);
  return textAt(attributes, 'pflow.node.id');
}

/** Further facts of a span that the export preserves; empty for a span of another program. */
export function readPflowFields(attributes: Attributes): Partial<ForeignSpan> {
  if (textAt(attributes, 'pflow.kind') === undefined) return {};
  const status = textAt(attributes, 'pflow.status');
  return {
    nodeType: textAt(attributes, 'pflow.node.type'),
    visit: onlyRepeated(numberAt(attributes, 'pflow.node.visit')),
    action: textAt(attributes, 'pflow.node.action'),
    attempt: numberAt(attributes, 'pflow.attempt'),
    index: numberAt(attributes, 'pflow.item.index'),
    ...(status === 'cancelled' ? { cancelled: true } : {}),
    ...(status === 'skipped' ? { skipped: true } : {}),
  };
}

/** Absent means the first. */
function onlyRepeated(visit: number | undefined): number | undefined {
  return visit === 1 ? undefined : visit;
}
