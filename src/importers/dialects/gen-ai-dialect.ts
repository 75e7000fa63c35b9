/** Reads OpenTelemetry's GenAI semantic conventions, from the first `llm.*` names to those of 2026. */
import { fromConventionProvider } from '../../otlp/gen-ai-names.js';
import type { Attributes } from '../../otlp/decode/received.js';
import type { SpanKind } from '../../trace/event/event.js';
import { readAnswer } from '../frame/read-answer.js';
import { toInputs } from '../frame/to-inputs.js';
import { jsonAt, numberAt, textAt, unflatten, withPrefix } from './attribute-values.js';
import type { Content, DialectSpan, Reading } from './dialect.js';

/** Reads a span by `gen_ai.*` attributes, in any of their versions. */
export function readGenAi(span: DialectSpan): Reading | undefined {
  const { attributes } = span;
  const operation = textAt(attributes, 'gen_ai.operation.name', 'llm.request.type')?.toLowerCase();
  const usage = withPrefix(attributes, 'gen_ai.usage.', 'llm.usage.');
  const model = textAt(attributes, 'gen_ai.request.model', 'llm.request.model', 'llm.model_name');
  const responseModel = textAt(attributes, 'gen_ai.response.model', 'llm.response.model');
  const known = operation === undefined ? undefined : operations[operation];
  const tool = textAt(attributes, 'gen_ai.tool.name');
  if (operation === undefined && (usage ?? model ?? responseModel ?? tool) === undefined) return undefined;
  const isRequest = known ? known.isRequest === true : operation === undefined && tool === undefined;
  const firstChunk = numberAt(
    attributes,
    'gen_ai.response.time_to_first_chunk',
    'gen_ai.server.time_to_first_token',
  );
  const provider = textAt(attributes, 'gen_ai.provider.name', 'gen_ai.system', 'llm.vendor');
  return {
    kind: isRequest ? 'llm' : (known?.kind ?? (tool === undefined ? undefined : 'tool')),
    name: tool ?? (known?.kind === 'agent' ? textAt(attributes, 'gen_ai.agent.name') : undefined),
    provider: provider && fromConventionProvider(provider),
    model: model ?? responseModel,
    responseModel,
    isRequest,
    api: known?.api,
    usage,
    toolCostUsd: numberAt(attributes, 'gen_ai.usage.cost', 'gen_ai.usage.cost.amount', 'gen_ai.cost.total'),
    firstTokenMs:
      firstChunk === undefined ? numberAt(attributes, 'ttft_ms') : Math.round(firstChunk * 1e6) / 1000,
    finishReason: finishOf(attributes),
    responseId: textAt(attributes, 'gen_ai.response.id'),
    content: () => (isRequest ? callContent(span) : otherContent(attributes)),
  };
}

type Operation = Readonly<{ kind: SpanKind; isRequest?: true; api?: string }>;
const chat: Operation = { kind: 'llm', isRequest: true, api: 'chat' };
const embedding: Operation = { kind: 'llm', isRequest: true, api: 'embedding' };
const agent: Operation = { kind: 'agent' };
const tool: Operation = { kind: 'tool' };
const step: Operation = { kind: 'step' };

/** The standard's operations, and others in use. */
const operations: Readonly<Record<string, Operation | undefined>> = {
  chat,
  generate_content: chat,
  generate: chat,
  llm_call: chat,
  response: chat,
  text_completion: { ...chat, api: 'completion' },
  completion: { ...chat, api: 'completion' },
  embeddings: embedding,
  embedding,
  rerank: { ...chat, api: 'rerank' },
  retrieval: { kind: 'retrieval' },
  execute_tool: tool,
  tool_call: tool,
  schedule_tool_calls: step,
  create_agent: agent,
  invoke_agent: agent,
  agent_call: agent,
  invoke_workflow: step,
  agent_step: step,
  plan: step,
  user_prompt: step,
};

function finishOf(attributes: Attributes): string | undefined {
  const reasons = jsonAt(attributes, 'gen_ai.response.finish_reasons');
  const first: unknown = Array.isArray(reasons) ? reasons[0] : reasons;
  if (typeof first === 'string' && first !== '') return first;
  return textAt(
    attributes,
    'gen_ai.completion.0.finish_reason',
    'llm.finish_reason',
    'llm.response.finish_reason',
  );
}

function callContent(span: DialectSpan): Content {
  const { attributes } = span;
  const prompt =
    jsonAt(attributes, 'gen_ai.input.messages') ??
    unflatten(attributes, 'gen_ai.prompt') ??
    jsonAt(attributes, 'gen_ai.prompt') ??
    eventMessages(span, /^gen_ai\.(?:system|user|assistant|tool)\.message$|^gen_ai\.content\.prompt$/);
  const answer =
    jsonAt(attributes, 'gen_ai.output.messages') ??
    unflatten(attributes, 'gen_ai.completion') ??
    jsonAt(attributes, 'gen_ai.completion') ??
    eventMessages(span, /^gen_ai\.choice$|^gen_ai\.content\.completion$/);
  return {
    prompt,
    system: jsonAt(attributes, 'gen_ai.system_instructions'),
    settings: settingsOf(attributes),
    tools: toolsOf(jsonAt(attributes, 'gen_ai.tool.definitions')),
    ...readAnswer(answer),
  };
}

/** Older versions of the conventions recorded messages as span events with a body in their attributes. */
function eventMessages({ events = [] }: DialectSpan, names: RegExp): unknown {
  const found = events.filter(({ name }) => names.test(name));
  if (found.length === 0) return undefined;
  return found.map(({ name, attributes }) => ({
    role: /^gen_ai\.(\w+)\.message$/.exec(name)?.[1] ?? (name === 'gen_ai.choice' ? 'assistant' : undefined),
    ...Object.fromEntries(
      Object.keys(attributes).map((key) => [key.replace(/^gen_ai\./, ''), jsonAt(attributes, key)]),
    ),
  }));
}

function otherContent(attributes: Attributes): Content {
  const input =
    jsonAt(attributes, 'gen_ai.tool.call.arguments', 'gen_ai.task.input') ??
    jsonAt(attributes, 'gen_ai.input.messages');
  return {
    inputs: input === undefined ? undefined : toInputs(input),
    output:
      jsonAt(attributes, 'gen_ai.tool.call.result', 'gen_ai.task.output') ??
      jsonAt(attributes, 'gen_ai.output.messages'),
  };
}

function settingsOf(attributes: Attributes): Record<string, unknown> | undefined {
  const found = Object.entries(attributes).flatMap(([name, value]): [string, unknown][] => {
    const setting = /^gen_ai\.request\.(?!model$)(\w+)$/.exec(name)?.[1];
    return setting === undefined ? [] : [[setting, value]];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

/** Reduces tool definitions to their names and their sizes as JSON. */
export function toolsOf(definitions: unknown): { name: string; bytes: number }[] | undefined {
  if (!Array.isArray(definitions)) return undefined;
  return definitions.flatMap((each: unknown) => {
    const own = (each as { function?: unknown } | null)?.function ?? each;
    const name = (own as { name?: unknown } | null)?.name;
    return typeof name === 'string' ? [{ name, bytes: Buffer.byteLength(JSON.stringify(each)) }] : [];
  });
}
