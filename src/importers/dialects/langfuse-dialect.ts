/** Reads the attributes that Langfuse's SDKs export over OpenTelemetry, and its kinds of observations. */
import type { SpanKind } from '../../trace/event/event.js';
import { getField } from '../../usage/fields/fields.js';
import { readAnswer } from '../frame/read-answer.js';
import { jsonAt, textAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const kinds: Readonly<Record<string, SpanKind | undefined>> = {
  GENERATION: 'llm',
  EMBEDDING: 'llm',
  AGENT: 'agent',
  TOOL: 'tool',
  RETRIEVER: 'retrieval',
};

/** The span kind of an observation type, case-insensitive. */
export function toLangfuseKind(type: unknown): SpanKind {
  return (typeof type === 'string' ? kinds[type.toUpperCase()] : undefined) ?? 'step';
}

/** Reads a span with `langfuse.observation.type`. */
export function readLangfuse({ attributes }: DialectSpan): Reading | undefined {
  const type = textAt(attributes, 'langfuse.observation.type');
  if (type === undefined) return undefined;
  const kind = toLangfuseKind(type);
  const isRequest = kind === 'llm';
  const usageDetails = jsonAt(attributes, 'langfuse.observation.usage_details');
  const cost = getField(jsonAt(attributes, 'langfuse.observation.cost_details'), 'total');
  const settings = jsonAt(attributes, 'langfuse.observation.model.parameters');
  return {
    kind,
    model: textAt(attributes, 'langfuse.observation.model.name'),
    isRequest,
    api: type.toUpperCase() === 'EMBEDDING' ? 'embedding' : undefined,
    usage: usageDetails === undefined ? undefined : { usageDetails },
    toolCostUsd: typeof cost === 'number' ? cost : undefined,
    content() {
      const input = jsonAt(attributes, 'langfuse.observation.input');
      const output = jsonAt(attributes, 'langfuse.observation.output');
      if (!isRequest) return { inputs: input === undefined ? undefined : toInputs(input), output };
      return {
        prompt: input,
        settings: typeof settings === 'object' ? (settings as Record<string, unknown>) : undefined,
        ...readAnswer(output),
      };
    },
  };
}
