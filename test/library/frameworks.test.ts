import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, stepCountIs, tool, type ToolSet } from 'ai';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineNode, run, type TraceEvent } from '../../src/index.js';
import { reduceEvents } from '../../src/profile/run/profile.js';
import type { KnownTraceEvent } from '../../src/trace/event/event.js';
import { startProgram } from '../../src/collect/program/start-program.js';
import { recordProgram } from '../../src/session/record-program.js';
import { json, serve, type Reply } from '../support/llm-server.js';
import { tableOf } from '../support/prices.js';
import { callsOf, outline } from '../importers/convert.js';

const toolCall = { name: 'weather', arguments: '{"city":"Oslo"}' };
let count = 0;

/** Calls the tool first, if there is one, and answers when it has its result; as chat completions and as responses. */
const reply: Reply = (response, request) => {
  const { messages, input, tools } = request.body as Record<string, unknown[] | undefined>;
  const isAsked =
    tools !== undefined && !/"(?:tool|function_call_output)"/.test(JSON.stringify(messages ?? input));
  const id = `answer-${++count}`;
  const chat = isAsked
    ? { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: toolCall }] }
    : { role: 'assistant', content: 'It is sunny.' };
  const content = [{ type: 'output_text', text: 'It is sunny.', annotations: [] }];
  const output = isAsked
    ? { type: 'function_call', id: 'f1', call_id: 'c1', status: 'completed', ...toolCall }
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

const call = 'llm gpt-5-mini 100+10';

test.each([
  [
    'langchain',
    [
      '  agent LangGraph',
      '    step model_request',
      `      ${call}`,
      '    step tools',
      '      tool weather',
      '    step model_request',
      `      ${call}`,
    ],
  ],
  ['langgraph', ['  step LangGraph', '    step first', `      ${call}`, '    step second', `      ${call}`]],
  [
    'openai-agents',
    [
      '  agent Forecaster',
      '    step turn 1',
      `      ${call}`,
      '      tool weather',
      '    step turn 2',
      `      ${call}`,
    ],
  ],
  [
    'ai-sdk',
    [
      '  agent agent',
      '    step step 1',
      `      ${call}`,
      '      tool weather',
      '    step step 2',
      `      ${call}`,
    ],
  ],
  [
    'pydantic-ai',
    [
      '  agent forecaster',
      `    ${call}`,
      '    step running 1 tool',
      '      tool weather',
      `    ${call}`,
      '  step ask',
      '    llm gpt-5-mini =',
      '    llm gpt-5-mini =',
    ],
  ],
  [
    'mastra',
    [
      '  agent forecaster',
      '    step chat gpt-5-mini',
      '      llm step: 0 100+10',
      '      tool weather',
      '      llm step: 1 100+10',
      '  step ask',
      '    llm gpt-5-mini =',
      '    llm gpt-5-mini =',
    ],
  ],
  ['llamaindex', ['  step llamaindex.mjs:5', `    ${call}`]],
])('each call of a program with %s is recorded once, in the step that made it', async (name, lines) => {
  const calls = lines.filter((line) => line.endsWith('100+10')).length;
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
  expect(outline(state)).toEqual([`program ${name}`, ...lines]);
  expect(received).toHaveLength(calls);
  // The counted view of a call has what was sent, whoever saw it.
  const counted = callsOf(state).filter(({ sameAs }) => sameAs === undefined);
  expect(counted.map(({ request }) => JSON.stringify(request?.prompt).includes('Oslo'))).toEqual(
    counted.map(() => true),
  );
  expect(state.totals).toMatchObject({ calls, input: 100 * calls, output: 10 * calls });
});

/** Asks for two subagents at once; each uses a tool of its own. */
const delegate: Reply = (response, request) => {
  const { messages, tools } = request.body as {
    messages: { role: string }[];
    tools?: { function: { name: string } }[];
  };
  const name = tools?.[0]?.function.name;
  const isFirst = !messages.some(({ role }) => role === 'tool');
  const cities = !isFirst ? [] : name === 'ask' ? ['Oslo', 'Rome'] : ['there'];
  const message = {
    role: 'assistant',
    content: isFirst ? null : 'Sunny.',
    ...(isFirst
      ? {
          tool_calls: cities.map((city) => ({
            id: `c-${city}`,
            type: 'function',
            function: { name, arguments: JSON.stringify({ city }) },
          })),
        }
      : {}),
  };
  return json(200, {
    id: `d-${++count}`,
    model: 'gpt-5-mini',
    created: 1,
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: isFirst ? 'tool_calls' : 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
  })(response, request);
};

test('inside a node, subagents that run at once are in the tools that started them, each with its calls', async () => {
  const { url } = await serve(delegate);
  const openai = createOpenAI({ baseURL: `${url}/v1`, apiKey: 'k' });
  const inputSchema = z.object({ city: z.string() });
  const weather = tool({
    inputSchema,
    execute: (): Promise<string> => Promise.reject(new Error('no forecast')),
  });
  const loop = { model: openai.chat('gpt-5-mini'), stopWhen: stepCountIs(3) };
  // Its types and exact optional properties disagree.
  const toolSet = (tools: object): ToolSet => tools as ToolSet;
  const telemetry = (functionId: string) => ({ experimental_telemetry: { functionId } });
  const ask = tool({
    inputSchema,
    execute: async ({ city }) => {
      const prompt = `How is ${city}?`;
      return (await generateText({ ...loop, ...telemetry(city), tools: toolSet({ weather }), prompt })).text;
    },
  });
  const agent = defineNode({
    type: 'agent',
    description: 'Delegates.',
    params: z.object({}),
    outputs: z.object({ text: z.string() }),
    async exec() {
      const tools = toolSet({ ask });
      const { text } = await generateText({ ...loop, ...telemetry('planner'), tools, prompt: 'Compare.' });
      return { text };
    },
  });
  const events: TraceEvent[] = [];
  await run(
    { nodes: [{ id: 'agent', type: 'agent' }] },
    { nodes: [agent], onEvent: (each) => void events.push(each) },
  );
  // The registries of the frameworks are as they were.
  expect(globalThis).not.toHaveProperty('AI_SDK_TELEMETRY_INTEGRATIONS');
  const state = reduceEvents(events as KnownTraceEvent[], { prices: tableOf({}) });
  const subagent = (city: string) => [
    '      tool ask',
    `        agent ${city}`,
    '          step step 1',
    `            ${call}`,
    '            tool weather failed',
    '          step step 2',
    `            ${call}`,
  ];
  const lines = outline(state);
  const from = lines.findIndex((line) => line.includes('agent planner'));
  const indent = lines[from]!.length - lines[from]!.trimStart().length - 2;
  expect(lines.slice(from, from + 19).map((line) => line.slice(indent))).toEqual([
    '  agent planner',
    '    step step 1',
    `      ${call}`,
    ...subagent('Oslo'),
    ...subagent('Rome'),
    '    step step 2',
    `      ${call}`,
  ]);
  expect(state.totals).toMatchObject({ calls: 6, input: 600, output: 60 });
  const failed = [...state.spans.values()].find(({ name }) => name === 'weather')!;
  expect(failed.error?.message).toBe('no forecast');
  const params = events.find((event) => event.type === 'params.resolved' && event['span'] === failed.id);
  expect(params).toMatchObject({ params: { city: { value: 'there' } } });
});
