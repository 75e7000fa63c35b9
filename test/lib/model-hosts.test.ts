import { expect, test } from 'vitest';
import { findHostSeller, isLoopback } from '../../src/lib/model-hosts.js';

test.each([
  ['api.openai.com', 'openai'],
  ['API.OpenAI.com', 'openai'],
  ['eu.api.openai.com', 'openai'],
  ['myname.openai.azure.com', 'azure'],
  ['myname.cognitiveservices.azure.com', 'azure'],
  ['myname.services.ai.azure.com', 'azure'],
  ['aiplatform.googleapis.com', 'google-vertex'],
  ['us-central1-aiplatform.googleapis.com', 'google-vertex'],
  ['europe-west4-aiplatform.googleapis.com', 'google-vertex'],
  ['aiplatform.eu.rep.googleapis.com', 'google-vertex'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock'],
  ['bedrock-runtime-fips.us-gov-west-1.amazonaws.com', 'bedrock'],
  ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'bedrock'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.sambanova.ai', 'sambanova'],
  ['api.z.ai', 'zai'],
  ['api.moonshot.cn', 'moonshot'],
  ['api.together.ai', 'together'],
  ['dashscope-intl.aliyuncs.com', 'dashscope'],
  ['dashscope.aliyuncs.com', 'dashscope'],
  ['api.novita.ai', 'novita'],
  ['api.deepinfra.com', 'deepinfra'],
  ['integrate.api.nvidia.com', 'nvidia'],
  ['ai-gateway.vercel.sh', 'vercel'],
  ['models.github.ai', 'github'],
])('the host %s belongs to %s', (host, seller) => {
  expect(findHostSeller(host)).toBe(seller);
});

test.each([
  'openai.com.evil.example',
  'myapi.openai.com.example.org',
  'notaiplatform.googleapis.com.example.org',
  'storage.googleapis.com',
  'bucket.oss-cn-hangzhou.aliyuncs.com',
  's3.us-east-1.amazonaws.com',
  'llm.corp',
  'localhost',
  '',
])('the host %j belongs to no seller', (host) => {
  expect(findHostSeller(host)).toBeUndefined();
});

test.each([
  ['router.huggingface.co', '/v1/chat/completions', 'huggingface'],
  ['router.huggingface.co', '/groq/openai/v1/chat/completions', 'huggingface_groq'],
  ['router.huggingface.co', '/hf-inference/models/x/v1/chat/completions', 'huggingface'],
  ['gateway.ai.cloudflare.com', '/v1/account/gateway/anthropic/v1/messages', 'anthropic'],
  ['gateway.ai.cloudflare.com', '/v1/account/gateway/azure-openai/r/d/chat/completions', 'azure'],
  ['gateway.ai.cloudflare.com', '/v1/account/gateway/compat/chat/completions', 'cloudflare-gateway'],
])('%s%s is recognized as a call to %s', (host, path, seller) => {
  expect(findHostSeller(host, path)).toBe(seller);
});

test.each(['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]', '0.0.0.0', 'host.docker.internal'])(
  '%s is a loopback address',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each(['localhost.example.org', '10.0.0.1', '128.0.0.1', 'mylocalhost'])(
  '%s is not a loopback address',
  (host) => {
    expect(isLoopback(host)).toBe(false);
  },
);
