/** Recognises the servers on which a user runs models: by what their responses carry, never by their address. */

import { asFields, getField, toList } from '../usage/fields/fields.js';
import type { LocalServer } from './wire-call.js';

/** The local server that a response identifies; undefined where nothing in it does. */
export function identifyLocalServer(
  headers: Readonly<Record<string, string>>,
  documents: readonly unknown[],
): LocalServer | undefined {
  const server = headers['server'] ?? '';
  if (/llama\.cpp/i.test(server)) return 'llamacpp';
  if (/^ollama/i.test(server)) return 'ollama';
  if (/^vllm/i.test(server)) return 'vllm';
  if (/lm.?studio/i.test(`${server} ${headers['x-powered-by'] ?? ''}`)) return 'lmstudio';
  for (const document of documents) {
    const found = identifyDocument(document);
    if (found !== undefined) return found;
  }
  return undefined;
}

function identifyDocument(document: unknown): LocalServer | undefined {
  const fields = asFields(document);
  if (!fields) return undefined;
  const fingerprint = fields['system_fingerprint'];
  if (typeof fingerprint === 'string') {
    const named = /^fp_(ollama|lmstudio|llamacpp|vllm)\b/.exec(fingerprint)?.[1];
    if (named !== undefined) return named as LocalServer;
    // LM Studio repeats the model's name; llama.cpp gives its build, such as b6123-a0f98dd1.
    if (fingerprint === fields['model'] && fingerprint !== '') return 'lmstudio';
    if (/^b\d+-[0-9a-f]{6,}$/.test(fingerprint)) return 'llamacpp';
  }
  for (const owner of [
    fields['owned_by'],
    ...toList(fields['data']).map((each) => getField(each, 'owned_by')),
  ]) {
    if (owner === 'vllm' || owner === 'llamacpp') return owner;
  }
  // Ollama's own API: durations in nanoseconds next to the counts.
  if (typeof fields['created_at'] === 'string' && 'done' in fields) return 'ollama';
  if (typeof getField(fields, 'timings', 'predicted_n') === 'number') return 'llamacpp';
  if (asFields(fields['model_info']) && asFields(fields['stats'])) return 'lmstudio';
  if ('kv_transfer_params' in fields || 'prompt_logprobs' in fields) return 'vllm';
  const choice = toList(fields['choices'])[0];
  return choice !== undefined && 'token_ids' in (asFields(choice) ?? {}) ? 'vllm' : undefined;
}
