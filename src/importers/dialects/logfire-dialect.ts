/** Parses what Logfire and Pydantic AI add to the GenAI conventions: the provider's own usage, costs and messages. */
import { getField } from '../../usage/fields/fields.js';
import { readAnswer } from '../frame/read-answer.js';
import { jsonAt, numberAt, textAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

/** Reads a span of Logfire's SDK or of Pydantic AI. */
export function readLogfire({ attributes, scope }: DialectSpan): Reading | undefined {
  const isOurs =
    scope === 'pydantic-ai' ||
    scope === 'logfire' ||
    Object.keys(attributes).some((name) => names.test(name));
  if (!isOurs) return undefined;
  const raw = jsonAt(attributes, 'gen_ai.usage.raw');
  const response = jsonAt(attributes, 'response_data');
  const usage = raw ?? getField(response, 'usage');
  const tool = textAt(attributes, 'gen_ai.tool.name');
  const agent = textAt(attributes, 'gen_ai.agent.name', 'agent_name');
  const isAgent =
    attributes['pydantic_ai.all_messages'] !== undefined || attributes['final_result'] !== undefined;
  return {
    kind: isAgent ? 'agent' : undefined,
    name: isAgent ? agent : tool,
    isRequest: isAgent ? false : undefined,
    usage: usage === undefined ? undefined : { usage },
    toolCostUsd: numberAt(attributes, 'operation.cost'),
    content() {
      const messages = jsonAt(attributes, 'events', 'all_messages_events', 'pydantic_ai.all_messages');
      const request = jsonAt(attributes, 'request_data');
      const input = jsonAt(attributes, 'tool_arguments');
      return {
        prompt: getField(request, 'messages') ?? request ?? messages ?? jsonAt(attributes, 'prompt'),
        ...(response === undefined && messages === undefined
          ? {}
          : readAnswer(getField(response, 'message') ?? messages)),
        inputs: input === undefined ? undefined : toInputs(input),
        output: jsonAt(attributes, 'tool_response', 'final_result'),
      };
    },
  };
}

const names = /^(?:logfire\.|pydantic_ai\.|operation\.cost$|gen_ai\.usage\.raw$|all_messages_events$)/;
