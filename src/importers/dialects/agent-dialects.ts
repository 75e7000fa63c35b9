/** Reads the spans that coding agents emit by themselves: Claude Code and Codex. */
import type { SpanKind } from '../../trace/event/event.js';
import { jsonAt, numberAt, textAt, withPrefix } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const claudeKinds: Readonly<Record<string, SpanKind | undefined>> = {
  interaction: 'step',
  llm_request: 'llm',
  tool: 'tool',
  'tool.blocked_on_user': 'step',
  'tool.execution': 'step',
};

/** Reads a span of Claude Code. The type may be bare or prefixed, and the counts are Anthropic's under different names. */
export function readClaudeCode({ name, attributes }: DialectSpan): Reading | undefined {
  const type = textAt(attributes, 'span.type') ?? (name.startsWith('claude_code.') ? name : undefined);
  const kind = type === undefined ? undefined : claudeKinds[type.replace(/^claude_code\./, '')];
  if (kind === undefined || !(name.startsWith('claude_code.') || attributes['session.id'] !== undefined)) {
    return undefined;
  }
  const isRequest = kind === 'llm';
  return {
    kind,
    name: kind === 'tool' ? textAt(attributes, 'tool_name', 'tool.name') : undefined,
    provider: isRequest ? 'anthropic' : undefined,
    model: isRequest ? textAt(attributes, 'model') : undefined,
    isRequest,
    api: isRequest ? 'chat' : undefined,
    usage: isRequest ? claudeUsage(attributes) : undefined,
    firstTokenMs: numberAt(attributes, 'ttft_ms'),
    finishReason: textAt(attributes, 'stop_reason'),
    content() {
      const input = jsonAt(attributes, 'tool_input', 'tool_parameters');
      return { inputs: input === undefined ? undefined : toInputs(input) };
    },
  };
}

/** The counts of one request in the attributes of Claude Code's spans and log events; undefined without any. */
function claudeUsage(attributes: DialectSpan['attributes']): unknown {
  if (attributes['input_tokens'] === undefined) return undefined;
  const names = [
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_creation_tokens',
    'cost_usd',
    'speed',
  ];
  return {
    cache_creation_tokens: 0,
    ...Object.fromEntries(
      names.flatMap((name) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
    ),
  };
}

/** Reads Codex's span of a response; its usage has GenAI names or Codex's own. */
export function readCodex({ name, attributes }: DialectSpan): Reading | undefined {
  if (name !== 'handle_responses') return undefined;
  const usage = withPrefix(attributes, 'gen_ai.usage.', 'codex.usage.');
  return {
    kind: 'llm',
    provider: 'openai',
    model: textAt(attributes, 'model', 'slug', 'gen_ai.request.model'),
    isRequest: usage !== undefined,
    api: 'responses',
    usage,
  };
}
