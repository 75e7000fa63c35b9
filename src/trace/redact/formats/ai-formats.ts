/** Formats of the keys of model providers and of tools around them. */

import type { FormatRow } from './token-format.js';

export const AI_FORMATS: readonly FormatRow[] = [
  ['anthropic-key', 'sk-ant-<word 16+>'],
  ['openrouter-key', 'sk-or-<word 16+>'],
  ['openai-key', 'sk-{proj,svcacct,admin,service,None}-<word 20+>'],
  ['langfuse-key', '{sk,pk}-lf-<word 30+>'],
  // Words joined by hyphens after "sk-" are prose or CSS; a key begins with a run of letters and digits.
  ['sk-key', 'sk{-,_}<alnum 20+ mixed>', 'sk{-,_}<alnum 20+ mixed>{-,_}<word 1+>'],
  ['langsmith-key', 'lsv2_{pt,sk}_<word 20+>', 'ls__<alnum 20+ mixed>'],
  ['google-key', 'AIza<word 35+>', 'AQ.Ab<word 30+>'],
  ['groq-key', 'gsk_<alnum 20+>'],
  ['xai-key', 'xai-<alnum 20+>'],
  ['perplexity-key', 'pplx-<alnum 20+>'],
  ['nvidia-key', 'nvapi-<word 20+>'],
  ['replicate-token', 'r8_<word 30+>'],
  ['tavily-key', 'tvly-<word 20+>'],
  ['huggingface-token', '{hf,api_org}_<alnum 20+>'],
  ['pinecone-key', 'pcsk_<alnum 5-6>_<alnum 30+>'],
  ['fireworks-key', 'fw_<alnum 22+ mixed>'],
  ['cerebras-key', 'csk-<alnum 30+>'],
  ['together-key', 'tgp_v1_<word 30+>'],
  ['jina-key', 'jina_<word 40+>'],
  ['voyage-key', 'pa-<word 40+ mixed>'],
  ['firecrawl-key', 'fc-<hex 32>'],
  ['e2b-key', 'e2b_<hex 40>'],
  ['helicone-key', '{sk,pk}-helicone-<word 20+>'],
  ['voiceflow-key', 'VF.{,DM.,WS.}<anyhex 24>.<alnum 16>'],
  ['bedrock-key', 'ABSK<base64 80+>', 'bedrock-api-key-<base64 16+>'],
];
