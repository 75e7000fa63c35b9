import { expect, test } from 'vitest';
import { classifyAddress, modelInPath } from '../../src/wire/model-paths.js';
import { parseWireRequest } from '../../src/wire/wire-request.js';

const parse = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  parseWireRequest({
    method: 'POST',
    url,
    headers,
    body:
      body === undefined
        ? undefined
        : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
  });

test.each([
  ['https://api.openai.com/v1/chat/completions', 'openai', 'chat'],
  ['https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=1', 'azure', 'chat'],
  ['https://api.openai.com/v1/responses', 'openai', 'responses'],
  ['https://api.openai.com/v1/completions', 'openai', 'completion'],
  ['https://api.openai.com/v1/embeddings', 'openai', 'embedding'],
  ['https://api.openai.com/v1/audio/speech', 'openai', 'speech'],
  ['https://api.openai.com/v1/audio/transcriptions', 'openai', 'transcription'],
  ['https://api.openai.com/v1/images/edits', 'openai', 'image'],
  ['https://api.openai.com/v1/threads/t_1/runs', 'openai', 'chat'],
  ['https://api.anthropic.com/v1/messages?beta=true', 'anthropic', 'chat'],
  ['https://llm.corp/v1/messages', 'anthropic-compatible', 'chat'],
  ['http://localhost:4000/v1/chat/completions', 'openai-compatible', 'chat'],
  ['https://api.minimax.io/v1/text/chatcompletion_v2', 'minimax', 'chat'],
  [
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
    'google',
    'chat',
  ],
  [
    'https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents',
    'google',
    'embedding',
  ],
  ['https://generativelanguage.googleapis.com/v1beta/interactions', 'google', 'chat'],
  [
    'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-5:streamRawPredict',
    'google-vertex',
    'chat',
  ],
  [
    'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/imagen-4.0:predict',
    'google-vertex',
    'image',
  ],
  [
    'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict',
    'google-vertex',
    'embedding',
  ],
  [
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse',
    'bedrock',
    'chat',
  ],
  [
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude/invoke-with-response-stream',
    'bedrock',
    'chat',
  ],
  [
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.titan-embed-text-v2%3A0/invoke',
    'bedrock',
    'embedding',
  ],
  ['https://api.cohere.com/v2/chat', 'cohere', 'chat'],
  ['https://api.cohere.com/v1/chat', 'cohere', 'chat'],
  ['https://api.cohere.com/v2/rerank', 'cohere', 'rerank'],
  ['https://api.voyageai.com/v1/rerank', 'voyageai', 'rerank'],
  ['https://api.mistral.ai/v1/conversations', 'mistral', 'chat'],
  ['https://api.mistral.ai/v1/fim/completions', 'mistral', 'completion'],
  ['http://127.0.0.1:11434/api/generate', 'ollama-compatible', 'chat'],
  ['https://ai-gateway.vercel.sh/v3/ai/language-model', 'vercel', 'chat'],
  ['https://router.huggingface.co/v1/chat/completions', 'huggingface', 'chat'],
])('%s is recognized as a call to %s of kind %s', (url, provider, api) => {
  expect(parse(url, modelInPath(url) ? {} : { model: 'm' })).toMatchObject({ provider, api, readable: true });
});

test.each([
  ['another method', 'GET', 'api.openai.com', '/v1/responses/resp_1'],
  ['files', 'POST', 'api.openai.com', '/v1/files'],
  ['telemetry of an SDK', 'POST', 'api.openai.com', '/v1/traces/ingest'],
  ['counting tokens', 'POST', 'api.anthropic.com', '/v1/messages/count_tokens'],
  [
    'counting tokens',
    'POST',
    'generativelanguage.googleapis.com',
    '/v1beta/models/gemini-2.5-pro:countTokens',
  ],
  ['moderation', 'POST', 'api.openai.com', '/v1/moderations'],
  ['an ordinary site', 'POST', 'example.org', '/v1/chat'],
  ['a WebSocket on another host', 'GET', 'example.org', '/realtime'],
])('%s is not recognized as a call: %s %s%s', (_what, method, host, path) => {
  expect(classifyAddress(method, host, path)).toBeUndefined();
});

test('a request without a model is not a call on a path shared with other services or on an unknown path of a seller', () => {
  expect(parse('https://survey.example.org/responses', { answers: [] })).toBeUndefined();
  expect(
    parse('https://survey.example.org/responses', 'a=1&b=2', {
      'content-type': 'application/x-www-form-urlencoded',
    }),
  ).toBeUndefined();
  expect(parse('https://api.openai.com/v1/something/new', { data: [] })).toBeUndefined();
});

test('an unreadable body on a known path and a model on an unknown path are both recognized as calls', () => {
  const unread = parse('https://api.openai.com/v1/chat/completions', undefined);
  expect(unread).toMatchObject({ provider: 'openai', readable: false, settings: {}, tools: [] });
  expect(unread).not.toHaveProperty('model');
  expect(parse('https://api.openai.com/v1/chat/completions', '\u0001\u0002')).toMatchObject({
    readable: false,
  });
  expect(parse('https://api.openai.com/v1/something/new', { model: 'gpt-9' })).toMatchObject({
    model: 'gpt-9',
  });
});

test('a WebSocket session is a call marked as unreadable', () => {
  expect(
    parseWireRequest({
      method: 'GET',
      url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime',
      headers: {},
      body: undefined,
    }),
  ).toMatchObject({
    api: 'realtime',
    provider: 'openai',
    model: 'gpt-realtime',
    readable: false,
  });
});

test.each([
  ['/v1beta/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro'],
  ['/openai/deployments/my-gpt/chat/completions', 'my-gpt'],
  [
    '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
  [
    '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fx/invoke',
    'arn:aws:bedrock:us-east-1:1:inference-profile/x',
  ],
  ['/client/v4/accounts/a/ai/run/@cf/meta/llama-3.1-8b-instruct', '@cf/meta/llama-3.1-8b-instruct'],
  ['/model/%E0%A4%A/converse', '%E0%A4%A'],
  ['/v1/chat/completions', undefined],
])('the model in the path %s is %s', (path, model) => {
  expect(modelInPath(path)).toBe(model);
});

test('an OpenAI request is parsed with its tools, response format and reasoning effort, and its scalars become settings', () => {
  const tool = { type: 'function', function: { name: 'weather', parameters: {} } };
  const format = { type: 'json_schema', json_schema: { name: 'x', schema: {} } };
  expect(
    parse('https://api.openai.com/v1/chat/completions', {
      model: 'gpt-5',
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0.5,
      max_tokens: 9,
      stop: null,
      stream: true,
      stream_options: { include_usage: true },
      tools: [tool, { type: 'web_search' }],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      response_format: format,
      reasoning_effort: 'high',
    }),
  ).toEqual({
    toolDefinitions: [tool, { type: 'web_search' }],
    api: 'chat',
    format: 'openai',
    host: 'api.openai.com',
    provider: 'openai',
    knownHost: true,
    loopback: false,
    model: 'gpt-5',
    readable: true,
    stream: true,
    streamUsage: true,
    prompt: [{ role: 'user', content: 'Hi' }],
    settings: { temperature: 0.5, max_tokens: 9, reasoning_effort: 'high' },
    tools: [
      { name: 'weather', bytes: JSON.stringify(tool).length },
      { name: 'web_search', bytes: JSON.stringify({ type: 'web_search' }).length },
    ],
    toolChoice: { type: 'function', function: { name: 'weather' } },
    responseFormat: format,
    thinking: 'high',
  });
});

test.each([
  [
    'Anthropic',
    'https://api.anthropic.com/v1/messages',
    {
      model: 'm',
      system: 'S',
      thinking: { type: 'enabled', budget_tokens: 9 },
      tools: [{ name: 'f', input_schema: {} }],
      messages: ['M'],
    },
    { system: 'S', prompt: ['M'], thinking: { type: 'enabled', budget_tokens: 9 }, tools: [{ name: 'f' }] },
  ],
  [
    'Responses',
    'https://api.openai.com/v1/responses',
    {
      model: 'm',
      instructions: 'S',
      input: 'M',
      reasoning: { effort: 'low' },
      text: { format: { type: 'json_object' } },
      tools: [{ type: 'function', name: 'f' }],
    },
    {
      system: 'S',
      prompt: 'M',
      thinking: { effort: 'low' },
      responseFormat: { type: 'json_object' },
      tools: [{ name: 'f' }],
    },
  ],
  [
    'Gemini',
    'https://generativelanguage.googleapis.com/v1beta/models/g:generateContent',
    {
      systemInstruction: 'S',
      contents: ['M'],
      generationConfig: {
        temperature: 1,
        thinkingConfig: { thinkingBudget: 0 },
        responseMimeType: 'application/json',
      },
      tools: [{ functionDeclarations: [{ name: 'f' }, { name: 'g' }] }, { googleSearch: {} }],
    },
    {
      model: 'g',
      system: 'S',
      prompt: ['M'],
      settings: { temperature: 1, responseMimeType: 'application/json' },
      thinking: { thinkingBudget: 0 },
      responseFormat: { type: 'application/json' },
      tools: [{ name: 'f' }, { name: 'g' }, { name: 'googleSearch' }],
    },
  ],
  [
    'Bedrock',
    'https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse',
    {
      messages: ['M'],
      system: [{ text: 'S' }],
      inferenceConfig: { maxTokens: 5 },
      toolConfig: { tools: [{ toolSpec: { name: 'f' } }] },
    },
    {
      model: 'm',
      prompt: ['M'],
      system: [{ text: 'S' }],
      settings: { maxTokens: 5 },
      tools: [{ name: 'f' }],
    },
  ],
  [
    'Cohere v1',
    'https://api.cohere.com/v1/chat',
    { model: 'm', message: 'M', preamble: 'S', chat_history: [{ role: 'USER', message: 'H' }] },
    {
      prompt: [
        { role: 'USER', message: 'H' },
        { role: 'USER', message: 'M' },
      ],
      system: 'S',
    },
  ],
])('a %s request is parsed', (_who, url, body, expected) => {
  expect(parse(url, body)).toMatchObject(expected);
});

test('the fields of a multipart form are parsed, and its files are skipped', () => {
  const body = [
    '--b',
    'Content-Disposition: form-data; name="model"',
    '',
    'whisper-1',
    '--b',
    'Content-Disposition: form-data; name="file"; filename="a.mp3"',
    'Content-Type: audio/mpeg',
    '',
    '\u0001name="model"',
    '--b',
    'Content-Disposition: form-data; name="prompt"',
    '',
    'Grüße',
    '--b--',
    '',
  ].join('\r\n');
  expect(
    parse('https://api.openai.com/v1/audio/transcriptions', body, {
      'content-type': 'multipart/form-data; boundary=b',
    }),
  ).toMatchObject({
    api: 'transcription',
    model: 'whisper-1',
    prompt: 'Grüße',
    readable: true,
  });
});
