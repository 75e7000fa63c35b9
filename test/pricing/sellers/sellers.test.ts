import { expect, test } from 'vitest';
import {
  findSeller,
  isClosed,
  isLocalProvider,
  resolveSeller,
} from '../../../src/pricing/sellers/sellers.js';

function describe(name: string | undefined, own: Record<string, string> = {}): string {
  const seller = resolveSeller(name, new Map(Object.entries(own)));
  if (seller.kind === 'listed') return seller.id;
  return seller.kind === 'unnamed' ? 'unnamed' : `${seller.kind} ${seller.name}`;
}

test.for([
  ['openai', 'openai'],
  ['OpenAI', 'openai'],
  ['openai.responses', 'openai'],
  ['google.generative-ai', 'google'],
  ['google.vertex.chat', 'google'],
  ['vertex.anthropic.messages', 'google'],
  ['vertex_ai-language-models', 'google'],
  ['google-gla', 'google'],
  ['bedrock_converse', 'aws'],
  ['azure-openai.chat', 'azure'],
  ['huggingface_novita', 'huggingface_novita'],
  ['github_copilot', 'github-copilot'],
  ['x.ai', 'x-ai'],
  ['simulated', 'openai'],
] as const)('%s is the seller %s', ([name, id]) => {
  expect(describe(name)).toBe(id);
  expect(findSeller(name)).toBe(id);
});

test.for([
  ['api.cerebras.ai', 'cerebras'],
  ['https://api.z.ai/api/paas/v4/chat/completions', 'zai'],
  ['api.moonshot.cn', 'moonshotai'],
  ['api.together.ai:443', 'together'],
  ['api.novita.ai', 'novita'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'aws'],
  ['acme.cognitiveservices.azure.com', 'azure'],
  ['us-central1-aiplatform.googleapis.com', 'google'],
  ['https://router.huggingface.co/groq/openai/v1/chat/completions', 'huggingface_groq'],
] as const)('the host %s belongs to the seller %s', ([host, id]) => {
  expect(describe(host)).toBe(id);
});

test.for([
  ['api.sambanova.ai', 'unlisted sambanova'],
  ['dashscope-intl.aliyuncs.com', 'unlisted dashscope'],
  ['api.deepinfra.com', 'unlisted deepinfra'],
  ['router.huggingface.co', 'unlisted huggingface'],
  ['integrate.api.nvidia.com', 'unlisted nvidia'],
  ['models.github.ai', 'unlisted github'],
  ['ai-gateway.vercel.sh', 'gateway vercel'],
  ['replicate', 'unlisted replicate'],
  ['mycorp.chat', 'unlisted mycorp'],
  ['gateway', 'gateway gateway'],
  ['openai-compatible', 'unknown-host openai-compatible'],
  ['openai-compatible.chat', 'unknown-host openai-compatible'],
  ['llm.corp', 'unknown-host llm.corp'],
  ['openai.com.example.org', 'unknown-host openai.com.example.org'],
  ['http://127.0.0.1:8000/v1', 'unknown-host 127.0.0.1:8000'],
  ['localhost', 'unknown-host localhost'],
  ['unknown', 'unnamed'],
  ['litellm', 'unnamed'],
  ['', 'unnamed'],
  [undefined, 'unnamed'],
] as const)('%s has no prices in the table: %s', ([name, expected]) => {
  expect(describe(name)).toBe(expected);
});

test("the user's hosts take precedence over all others", () => {
  const own = { 'llm.corp': 'azure', 'proxy.example:8443': 'openai', mycorp: 'groq' };
  expect(describe('llm.corp', own)).toBe('azure');
  expect(describe('https://LLM.corp/v1', own)).toBe('azure');
  expect(describe('llm.corp:8080', own)).toBe('azure');
  expect(describe('proxy.example:8443', own)).toBe('openai');
  expect(describe('mycorp.chat', own)).toBe('groq');
  expect(describe('other.corp', own)).toBe('unknown-host other.corp');
});

test('closed models are those that only their vendor can license', () => {
  const keys = ['openai/gpt-5', 'anthropic/claude-opus-5', 'google/gemini-2.5-pro', 'x-ai/grok-4'];
  expect(keys.filter((key) => !isClosed(key))).toEqual([]);
  const open = ['openai/gpt-oss-120b', 'openai/whisper-1', 'google/gemma-3', 'x-ai/grok-2', 'mistral/nemo'];
  expect(open.filter(isClosed)).toEqual([]);
});

test('local server software is recognized by its name', () => {
  expect(['ollama', 'LMStudio', 'vllm/x', 'llama-cpp:y'].filter((name) => !isLocalProvider(name))).toEqual(
    [],
  );
  expect(['ollama-cloud', 'openai', 'vllmx'].filter(isLocalProvider)).toEqual([]);
});
