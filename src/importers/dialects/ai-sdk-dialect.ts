/** Reads the telemetry of the Vercel AI SDK 4 to 6; version 7 uses the GenAI conventions. */
import type { Attributes } from '../../otlp/decode/received.js';
import { parseJson, jsonAt, numberAt, textAt, unflatten, withPrefix } from './attribute-values.js';
import type { Content, DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';
import { toolsOf } from './gen-ai-dialect.js';
import { readAnswer } from '../frame/read-answer.js';

/** Reads a span with `ai.operationId`. Operations that end in `.do…` are the requests, the others contain them. */
export function readAiSdk({ attributes }: DialectSpan): Reading | undefined {
  const operation = textAt(attributes, 'ai.operationId');
  if (operation === undefined) return undefined;
  if (operation === 'ai.toolCall') return readToolCall(attributes);
  const isRequest = /\.do[A-Z]\w*$/.test(operation);
  const provider = textAt(attributes, 'ai.model.provider');
  return {
    kind: isRequest ? 'llm' : 'step',
    name: isRequest ? undefined : operation,
    // `openai.responses`: the provider, and which of its APIs.
    provider: provider?.split('.', 1)[0],
    model: textAt(attributes, 'ai.model.id'),
    responseModel: textAt(attributes, 'ai.response.model'),
    isRequest,
    api: /embed/i.test(operation) ? 'embedding' : 'chat',
    usage: usageOf(attributes),
    firstTokenMs: numberAt(attributes, 'ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'),
    finishReason: textAt(attributes, 'ai.response.finishReason', 'ai.finishReason'),
    responseId: textAt(attributes, 'ai.response.id'),
    content: () => (isRequest ? callContent(attributes) : roundContent(attributes)),
  };
}

function readToolCall(attributes: Attributes): Reading {
  return {
    kind: 'tool',
    name: textAt(attributes, 'ai.toolCall.name'),
    isRequest: false,
    content() {
      const input = jsonAt(attributes, 'ai.toolCall.args', 'ai.toolCall.input');
      return {
        inputs: input === undefined ? undefined : toInputs(input),
        output: jsonAt(attributes, 'ai.toolCall.result', 'ai.toolCall.output'),
      };
    },
  };
}

/** The usage in the SDK's result, with the provider's own numbers next to it. */
function usageOf(attributes: Attributes): unknown {
  if (!withPrefix(attributes, 'ai.usage.')) return undefined;
  const usage = unflatten(attributes, 'ai.usage') as Record<string, unknown>;
  const metadata = jsonAt(attributes, 'ai.response.providerMetadata');
  return {
    usage: Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, parseJson(value)])),
    ...(metadata === undefined ? {} : { providerMetadata: metadata }),
  };
}

function callContent(attributes: Attributes): Content {
  const tools = attributes['ai.prompt.tools'];
  return {
    prompt: jsonAt(attributes, 'ai.prompt.messages', 'ai.prompt', 'ai.values', 'ai.value'),
    settings: settingsOf(attributes),
    tools: toolsOf(Array.isArray(tools) ? tools.map(parseJson) : parseJson(tools)),
    ...answerOf(attributes),
  };
}

function roundContent(attributes: Attributes): Content {
  const prompt = jsonAt(attributes, 'ai.prompt', 'ai.prompt.messages', 'ai.values', 'ai.value');
  const { text, object } = answerOf(attributes);
  return {
    prompt,
    inputs: prompt === undefined ? undefined : { prompt },
    output: object ?? text,
    settings: settingsOf(attributes),
  };
}

function answerOf(attributes: Attributes): Content {
  const calls = readAnswer(jsonAt(attributes, 'ai.response.toolCalls', 'ai.result.toolCalls'))?.toolCalls;
  return {
    text: textAt(attributes, 'ai.response.text', 'ai.result.text'),
    object: jsonAt(attributes, 'ai.response.object', 'ai.result.object'),
    reasoning: textAt(attributes, 'ai.response.reasoning'),
    ...(calls ? { toolCalls: calls } : {}),
  };
}

function settingsOf(attributes: Attributes): Record<string, unknown> | undefined {
  const found = withPrefix(attributes, 'ai.settings.');
  return (
    found &&
    Object.fromEntries(
      Object.entries(found).map(([name, value]) => [name.slice('ai.settings.'.length), value]),
    )
  );
}
