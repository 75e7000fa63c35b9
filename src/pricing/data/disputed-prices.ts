/** Prices that a second source has otherwise; where it is not the seller either, neither can be taken as exact. */

/**
 * Input and output in USD per million tokens as model_prices_and_context_window.json of github.com/BerriAI/litellm had them on
 * 2026-07-24, for models of which genai-prices has another price. Prices of OpenRouter for open weights are left out: they
 * are estimates anyway.
 */
export const disputedPrices: Readonly<Record<string, readonly [input: number, output: number]>> = {
  'aws/amazon.titan-text-express': [1.3, 1.7],
  'aws/amazon.titan-text-lite': [0.3, 0.4],
  'aws/meta.llama3-1-70b-instruct': [0.99, 0.99],
  'aws/meta.llama3-2-11b-instruct': [0.35, 0.35],
  'aws/meta.llama3-2-90b-instruct': [2, 2],
  'aws/mistral.mistral-large-2402': [8, 24],
  'aws/qwen.qwen3-coder-480b-a35b': [0.22, 1.8],
  'azure/o1-mini': [1.21, 4.84],
  'cloudflare/@cf/meta/llama-2-7b-chat-fp16': [1.923, 1.923],
  'cloudflare/@cf/mistral/mistral-7b-instruct-v0.1': [1.923, 1.923],
  'fireworks/llama-v3p1-8b-instruct': [0.1, 0.1],
  'google/claude-3-5-haiku': [1, 5],
  'google/gemini-2.5-pro-tts': [1.25, 10],
  'google/gemini-live-2.5-flash': [0.3, 2.5],
  'groq/gemma-7b-it': [0.05, 0.08],
  'mistral/codestral': [1, 3],
  'mistral/mistral-large': [3, 9],
  'mistral/mistral-nemo': [0.3, 0.3],
  'mistral/mistral-small-latest': [0.06, 0.18],
  'novita/meta-llama/llama-3.1-8b-instruct': [0.02, 0.05],
  'novita/meta-llama/llama-3.3-70b-instruct': [0.135, 0.4],
  'novita/mistralai/mistral-nemo': [0.04, 0.17],
  'openrouter/openai/gpt-3.5-turbo': [1.5, 2],
  'ovhcloud/DeepSeek-R1-Distill-Llama-70B': [0.67, 0.67],
  'ovhcloud/Llama-3.1-8B-Instruct': [0.1, 0.1],
  'ovhcloud/Meta-Llama-3_3-70B-Instruct': [0.67, 0.67],
  'ovhcloud/Mistral-7B-Instruct-v0.3': [0.1, 0.1],
  'ovhcloud/Mistral-Nemo-Instruct-2407': [0.13, 0.13],
  'ovhcloud/Mistral-Small-3.2-24B-Instruct-2506': [0.09, 0.28],
  'ovhcloud/Mixtral-8x7B-Instruct-v0.1': [0.63, 0.63],
  'ovhcloud/Qwen2.5-VL-72B-Instruct': [0.91, 0.91],
  'ovhcloud/Qwen3-32B': [0.08, 0.23],
  'ovhcloud/gpt-oss-120b': [0.08, 0.4],
  'ovhcloud/gpt-oss-20b': [0.04, 0.15],
  'together/mistralai/Mixtral-8x7B-Instruct-v0.1': [0.6, 0.6],
  'google/gemini-2.0-flash': [0.15, 0.6],
};
