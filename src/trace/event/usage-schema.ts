/** Defines the schema of the usage that a response reports. */
import { z } from 'zod';
import { count } from './event-fields.js';

/** The canonical usage record of usage/: inclusive counts, each absent where it was not reported. */
const warnings: z.ZodType<readonly string[]> = z.array(z.string());
const usageFields = {
  input: count.optional(),
  cacheRead: count.optional(),
  cacheWrite: count.optional(),
  cacheWrite5m: count.optional(),
  cacheWrite1h: count.optional(),
  inputAudio: count.optional(),
  inputImage: count.optional(),
  inputVideo: count.optional(),
  cacheReadAudio: count.optional(),
  cacheReadImage: count.optional(),
  output: count.optional(),
  reasoning: count.optional(),
  outputAudio: count.optional(),
  outputImage: count.optional(),
  outputVideo: count.optional(),
  citation: count.optional(),
  total: count.optional(),
  webSearches: count.optional(),
  socialSearches: count.optional(),
  fileSearches: count.optional(),
  rerankSearches: count.optional(),
  codeCalls: count.optional(),
  containers: count.optional(),
  requests: count.optional(),
  largestInput: count.optional(),
  images: count.optional(),
  seconds: count.optional(),
  pages: count.optional(),
  characters: count.optional(),
  serviceTier: z.string().optional(),
  inferenceGeo: z.string().optional(),
  searchContext: z.string().optional(),
  reportedCostUsd: count.optional(),
  reportedCostSource: z.enum(['provider', 'gateway', 'tool']).optional(),
  unconsumed: z.record(z.string(), count).optional(),
  incomplete: z.literal(true).optional(),
  mayOverlap: z.literal(true).optional(),
  source: z.string(),
  convention: z.enum(['inclusive', 'exclusive', 'proved-by-total', 'assumed']),
  warnings,
};
const usagePart = z.looseObject({
  model: z.string(),
  provider: z.string().optional(),
  usage: z.looseObject(usageFields),
});
/** One part per model. */
export const usageParts: z.ZodType<readonly z.infer<typeof usagePart>[]> = z.array(usagePart);
export const usage = z.looseObject({
  ...usageFields,
  /** One part per model, when a response used several. */
  parts: usageParts.optional(),
});
