/** Reads the attributes that LangSmith's SDK exports over OpenTelemetry. */
import type { SpanKind } from '../../trace/event/event.js';
import { readAnswer } from '../frame/read-answer.js';
import { jsonAt, textAt } from './attribute-values.js';
import type { DialectSpan, Reading } from './dialect.js';
import { toInputs } from '../frame/to-inputs.js';

const kinds: Readonly<Record<string, SpanKind | undefined>> = {
  llm: 'llm',
  embedding: 'llm',
  tool: 'tool',
  retriever: 'retrieval',
};

/** Reads a span with `langsmith.span.kind`. Its counts are LangChain's, with the details as JSON text. */
export function readLangsmith({ attributes }: DialectSpan): Reading | undefined {
  const kindName = textAt(attributes, 'langsmith.span.kind');
  if (kindName === undefined) return undefined;
  const kind = kinds[kindName] ?? 'step';
  const isRequest = kind === 'llm';
  const input = attributes['gen_ai.usage.input_tokens'];
  return {
    kind,
    name: isRequest ? undefined : textAt(attributes, 'langsmith.trace.name'),
    model: textAt(attributes, 'langsmith.metadata.ls_model_name'),
    provider: textAt(attributes, 'langsmith.metadata.ls_provider'),
    isRequest,
    usage:
      input === undefined
        ? undefined
        : {
            usage_metadata: {
              input_tokens: input,
              output_tokens: attributes['gen_ai.usage.output_tokens'],
              total_tokens: attributes['gen_ai.usage.total_tokens'],
              input_token_details: jsonAt(attributes, 'gen_ai.usage.input_token_details'),
              output_token_details: jsonAt(attributes, 'gen_ai.usage.output_token_details'),
            },
          },
    content() {
      const prompt = jsonAt(attributes, 'gen_ai.prompt');
      const output = jsonAt(attributes, 'gen_ai.completion');
      if (isRequest) return { prompt, ...readAnswer(output) };
      return { inputs: prompt === undefined ? undefined : toInputs(prompt), output };
    },
  };
}
