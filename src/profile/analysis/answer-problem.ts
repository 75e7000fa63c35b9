/** Judges the answer of a model: whether it was truncated, filtered, refused, empty, or a tool call instead of an answer. */
import type { Call } from '../run/run-state.js';

/** What is wrong with an answer: the code of the warning, and a sentence. */
export type AnswerProblem = Readonly<{ code: AnswerCode; message: string }>;

type AnswerCode = 'answer_cut' | 'answer_filtered' | 'answer_refused' | 'answer_empty' | 'answer_tool_call';

/** Finish reasons of providers, by what they mean for the answer. */
const finishReasons: readonly (readonly [RegExp, AnswerCode, string])[] = [
  [
    /^(?:length|max_?tokens|max_output_tokens|model_context_window_exceeded)$/i,
    'answer_cut',
    'was truncated at its token limit',
  ],
  [
    /^(?:content[_-]?filter(?:ed)?|safety|blocklist|prohibited_content|recitation|spii|image_safety|guardrail_intervened)$/i,
    'answer_filtered',
    'was withheld by a content filter',
  ],
  [/^refusal$/i, 'answer_refused', 'was a refusal'],
];

/** What is wrong with the answer of a call; undefined if nothing is, or if the answer was not used. */
export function findAnswerProblem(call: Call): AnswerProblem | undefined {
  if (call.wasted || call.sameAs !== undefined) return undefined;
  const { response, finishReason = '', model = call.requestedModel } = call;
  if (!response) return undefined;
  const known = finishReasons.find(([pattern]) => pattern.test(finishReason));
  if (known) return { code: known[1], message: `The answer of ${model} ${known[2]} (${finishReason}).` };
  const isAnswer = response.object === undefined && typeof response.text === 'string';
  if (!isAnswer || (response.text as string).trim() !== '' || call.request?.seenBy !== 'llm')
    return undefined;
  if (response.toolCalls?.length) {
    const names = response.toolCalls.map(({ name }) => name).join(', ');
    return { code: 'answer_tool_call', message: `${model} called ${names} and gave no answer.` };
  }
  return response.incomplete
    ? undefined
    : { code: 'answer_empty', message: `The answer of ${model} is empty.` };
}
