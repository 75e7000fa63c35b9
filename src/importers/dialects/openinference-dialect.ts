/** Reads OpenInference, the conventions of Phoenix and Arize. */
import type { Attributes } from '../../otlp/decode/received.js';
import type { SpanKind } from '../../trace/event/event.js';
import { fromConventionProvider } from '../../otlp/gen-ai-names.js';
import { readAnswer } from '../frame/read-answer.js';
import { jsonAt, numberAt, textAt, unflatten, withPrefix } from './attribute-values.js';
import type { Content, DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const kinds: Readonly<Record<string, SpanKind | undefined>> = {
  LLM: 'llm',
  EMBEDDING: 'llm',
  CHAIN: 'step',
  RETRIEVER: 'retrieval',
  RERANKER: 'retrieval',
  TOOL: 'tool',
  AGENT: 'agent',
  GUARDRAIL: 'step',
  EVALUATOR: 'step',
  PROMPT: 'step',
};

/** Reads a span with `openinference.span.kind` or `llm.token_count.*`. */
export function readOpenInference({ attributes }: DialectSpan): Reading | undefined {
  const kindName = textAt(attributes, 'openinference.span.kind')?.toUpperCase();
  const usage = withPrefix(attributes, 'llm.token_count.');
  if (kindName === undefined && usage === undefined) return undefined;
  const isRequest = kindName === undefined || kindName === 'LLM' || kindName === 'EMBEDDING';
  const provider = textAt(attributes, 'llm.provider', 'llm.system');
  const model = textAt(
    attributes,
    'llm.request.model_name',
    'llm.model_name',
    'embedding.model_name',
    'reranker.model_name',
  );
  return {
    kind: kindName === undefined ? 'llm' : kinds[kindName],
    name: textAt(
      attributes,
      ...(kindName === 'TOOL' ? ['tool.name'] : kindName === 'AGENT' ? ['agent.name'] : []),
    ),
    provider: provider && fromConventionProvider(provider),
    model,
    responseModel: textAt(attributes, 'llm.response.model_name'),
    isRequest,
    api: kindName === 'EMBEDDING' ? 'embedding' : isRequest ? 'chat' : undefined,
    usage,
    toolCostUsd: numberAt(attributes, 'llm.cost.total'),
    finishReason: textAt(attributes, 'llm.finish_reason'),
    content: () => (isRequest ? callContent(attributes) : otherContent(attributes)),
  };
}

function callContent(attributes: Attributes): Content {
  const messages = unwrap(unflatten(attributes, 'llm.input_messages'));
  const answer = unwrap(unflatten(attributes, 'llm.output_messages'));
  const settings = jsonAt(attributes, 'llm.invocation_parameters');
  return {
    prompt: messages ?? jsonAt(attributes, 'input.value'),
    settings:
      typeof settings === 'object' && settings !== null ? (settings as Record<string, unknown>) : undefined,
    ...readAnswer(answer ?? jsonAt(attributes, 'output.value')),
  };
}

/** Unwraps messages, contents and tool calls, each nested under its kind: `{message: {…}}`. */
function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== 'object' || value === null) return value;
  const fields = value as Record<string, unknown>;
  const inner = fields['message'] ?? fields['message_content'] ?? fields['tool_call'];
  if (inner !== undefined && Object.keys(fields).length === 1) return unwrap(inner);
  return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, unwrap(each)]));
}

function otherContent(attributes: Attributes): Content {
  const input = jsonAt(attributes, 'input.value', 'tool.parameters');
  return {
    inputs: input === undefined ? undefined : toInputs(input),
    output: jsonAt(attributes, 'output.value') ?? unflatten(attributes, 'retrieval.documents'),
  };
}
