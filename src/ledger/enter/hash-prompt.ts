/** Identifies the version of a node's prompt. */
import { createHash } from 'node:crypto';
import type { Span } from '../../profile/run/run-state.js';

/**
 * The first 12 digits of the SHA-256 of a node's prompt template: the resolved text differs from call to call. Undefined for a
 * node without a parameter `prompt`.
 */
export function hashPrompt(node: Span | undefined): string | undefined {
  const prompt = node?.resolved?.params['prompt'];
  if (!prompt) return undefined;
  const text = JSON.stringify(prompt.template ?? prompt.value);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
