/** Langfuse's usage details: buckets that are disjoint by definition, and inclusive in older records. */
import { addCounts, parseCount } from '../fields/count.js';
import { fieldNames } from '../fields/fields.js';
import { hasField, type UsageAdapter } from './adapter.js';

/** The sum of all buckets is the total. Older records keep parts inside `input` and `output`: their total is the sum of those two. */
export const langfuse: UsageAdapter = {
  matches: (candidate) =>
    hasField(candidate, 'input', 'input_other', 'output') &&
    (/^usage_?details$/i.test(candidate.key ?? '') ||
      fieldNames(candidate.usage).some((name) => /^(?:input|output|cache|prompt|completion)[_.]/.test(name))),
  parse: ({ reported }) => {
    const { input: reportedInput, uncached, output, total, ...parts } = reported.counts;
    const input = reportedInput ?? uncached;
    const cached = addCounts(parts.cacheRead, writtenTokens(parts));
    const allInput = addCounts(input, cached, parts.inputAudio, parts.inputImage, parts.inputVideo);
    const allOutput = addCounts(
      output,
      parts.reasoning,
      parts.outputAudio,
      parts.outputImage,
      parts.outputVideo,
    );
    const isInclusive =
      parseCount(total) === parseCount(addCounts(input, output)) &&
      parseCount(total) !== parseCount(addCounts(allInput, allOutput));
    return {
      source: 'langfuse',
      counts: isInclusive
        ? { ...parts, input, output, total }
        : { ...parts, input: allInput, output: allOutput, total },
      cache: 'inside',
      reasoning: 'inside',
    };
  },
};

function writtenTokens(parts: {
  cacheWrite?: unknown;
  cacheWrite5m?: unknown;
  cacheWrite1h?: unknown;
}): unknown {
  return parts.cacheWrite ?? addCounts(parts.cacheWrite5m, parts.cacheWrite1h);
}
