/** Reads MLflow's span attributes, each of which is JSON text. */
import type { Attributes } from '../../otlp/decode/received.js';
import type { SpanKind } from '../../trace/event/event.js';
import { getField } from '../../usage/fields/fields.js';
import { readAnswer } from '../frame/read-answer.js';
import { jsonAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const kinds: Readonly<Record<string, SpanKind | undefined>> = {
  LLM: 'llm',
  CHAT_MODEL: 'llm',
  EMBEDDING: 'llm',
  AGENT: 'agent',
  TOOL: 'tool',
  RETRIEVER: 'retrieval',
};

/** Reads a span with `mlflow.spanType`. Its token counts are inclusive, for every provider. */
export function readMlflow({ attributes }: DialectSpan): Reading | undefined {
  const type = asText(jsonAt(attributes, 'mlflow.spanType'));
  if (type === undefined) return undefined;
  const usage = jsonAt(attributes, 'mlflow.chat.tokenUsage');
  const cost = getField(jsonAt(attributes, 'mlflow.llm.cost'), 'total_cost');
  const kind = kinds[type.toUpperCase()] ?? 'step';
  const isRequest = kind === 'llm';
  return {
    kind,
    provider: asText(jsonAt(attributes, 'mlflow.llm.provider')),
    model: asText(jsonAt(attributes, 'mlflow.llm.model')) ?? asText(getField(inputsOf(attributes), 'model')),
    isRequest,
    api: type.toUpperCase() === 'EMBEDDING' ? 'embedding' : isRequest ? 'chat' : undefined,
    usage: usage === undefined ? undefined : { usage },
    usageProvider: null,
    toolCostUsd: typeof cost === 'number' ? cost : undefined,
    content() {
      const inputs = inputsOf(attributes);
      const output = jsonAt(attributes, 'mlflow.spanOutputs');
      if (!isRequest) return { inputs: inputs === undefined ? undefined : toInputs(inputs), output };
      return { prompt: getField(inputs, 'messages') ?? inputs, ...readAnswer(output) };
    },
  };
}

function inputsOf(attributes: Attributes): unknown {
  return jsonAt(attributes, 'mlflow.spanInputs');
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
