import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startProgram } from '../../src/collect/program/start-program.js';
import { recordProgram } from '../../src/session/record-program.js';
import { json, serve, type Reply } from '../support/llm-server.js';
import { tableOf } from '../support/prices.js';
import { outline } from '../importers/convert.js';

const call = { name: 'weather', arguments: '{"city":"Oslo"}' };
let count = 0;

/** Calls the tool first, if there is one, and answers when it has its result; as chat completions and as responses. */
const reply: Reply = (response, request) => {
  const { messages, input, tools } = request.body as Record<string, unknown[] | undefined>;
  const isAsked =
    tools !== undefined && !/"(?:tool|function_call_output)"/.test(JSON.stringify(messages ?? input));
  const id = `answer-${++count}`;
  const chat = isAsked
    ? { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: call }] }
    : { role: 'assistant', content: 'It is sunny.' };
  const content = [{ type: 'output_text', text: 'It is sunny.', annotations: [] }];
  const output = isAsked
    ? { type: 'function_call', id: 'f1', call_id: 'c1', status: 'completed', ...call }
    : { type: 'message', id: 'm1', role: 'assistant', status: 'completed', content };
  const common = { id, created: 1, created_at: 1, model: 'gpt-5-mini' };
  const answer = messages
    ? {
        ...common,
        object: 'chat.completion',
        choices: [{ index: 0, message: chat, finish_reason: isAsked ? 'tool_calls' : 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
      }
    : {
        ...common,
        object: 'response',
        status: 'completed',
        output: [output],
        usage: { input_tokens: 100, output_tokens: 10, total_tokens: 110 },
      };
  return json(200, answer)(response, request);
};

test.each([
  ['langchain', 2],
  ['langgraph', 2],
  ['openai-agents', 2],
  ['ai-sdk', 2],
  ['llamaindex', 1],
])('each call of a program with %s is recorded once, with its tokens', async (name, calls) => {
  const { url, received } = await serve(reply);
  const program = await startProgram({
    command: process.execPath,
    args: [join(import.meta.dirname, 'frameworks', `${name}.mjs`)],
    env: { PATH: process.env['PATH'], OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${url}/v1` },
    stdio: ['ignore', 'pipe', 'inherit'],
    gateway: false,
    content: false,
  });
  let stdout = '';
  program.child.stdout!.on('data', (chunk) => (stdout += String(chunk)));
  const { exit, state } = await recordProgram(program, { name, prices: tableOf({}), env: {} }).done;
  expect({ stdout, exit }).toEqual({ stdout: 'It is sunny.\n', exit: { code: 0 } });
  expect(received).toHaveLength(calls);
  console.log(outline(state).join('\n'));
  expect(state.totals).toMatchObject({ calls, input: 100 * calls, output: 10 * calls });
});
