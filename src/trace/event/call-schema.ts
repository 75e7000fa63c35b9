/** Defines the events of a call: one request to a model, its progress and its response. */
import { z } from 'zod';
import { captured, capturedRecord, count, openSet, stamp } from './event-fields.js';
import { usage, usageParts } from './usage-schema.js';

export const llmRequest = z.looseObject({
  ...stamp,
  type: z.literal('llm.request'),
  span: z.number().int(),
  /** Absent where only the usage of the request is known. */
  prompt: captured.optional(),
  system: captured.optional(),
  settings: capturedRecord.optional(),
  /**
   * The system prompt, the tools and each message, in the order that a provider's prompt cache sees them: sizes in
   * UTF-16 units and UTF-8 bytes, and the sha256, all of the full content.
   */
  parts: z
    .array(
      z.looseObject({
        role: z.string(),
        chars: count,
        bytes: count,
        sha256: z.string(),
        name: z.string().optional(),
      }),
    )
    .optional(),
  /** The tools offered, each with its size as JSON. */
  tools: z.array(z.looseObject({ name: z.string(), bytes: count })).optional(),
  toolChoice: captured.optional(),
  responseFormat: captured.optional(),
  /** Reasoning settings, as the provider names them. */
  thinking: captured.optional(),
  /** chat · responses · completion · embedding · rerank · speech · transcription · image · video · realtime. */
  api: z.string().optional(),
  /** Where it was sent, with a port that is not the scheme's own. */
  host: z.string().optional(),
  /** How the call became known; `node`: only from the usage that the node left. */
  seenBy: openSet(['llm', 'fetch', 'tap', 'gateway', 'telemetry', 'node']).optional(),
  /** `guessed`: another span may have made the call. */
  attribution: openSet(['known', 'guessed']).optional(),
  /** The id that the client gave the request. */
  ids: z.looseObject({ request: z.string().optional() }).optional(),
});

export const llmResponse = z.looseObject({
  ...stamp,
  type: z.literal('llm.response'),
  span: z.number().int(),
  text: captured.optional(),
  object: captured.optional(),
  finishReason: z.string().optional(),
  /** The model as the response names it. */
  model: z.string(),
  usage: usage.nullable(),
  /** The same by model, when the response used several. */
  usages: usageParts.optional(),
  usageOrigin: z.enum(['reported', 'estimated', 'none']),
  /** The provider's own usage object. */
  rawUsage: captured.optional(),
  /** Milliseconds from the request to the first chunk. */
  firstTokenMs: z.number().optional(),
  /** Reasoning text, as far as the provider shows it. */
  reasoning: captured.optional(),
  /** The tools that the model called. */
  toolCalls: z
    .array(z.looseObject({ id: z.string().optional(), name: z.string(), arguments: captured }))
    .optional(),
  /** Why the usage is missing or estimated, and what to do about it. */
  usageNote: z.string().optional(),
  /** The response broke off: text and usage are what had come until then. */
  incomplete: z.boolean().optional(),
  /** HTTP status. */
  status: z.number().int().optional(),
  /** The provider's ids of the request and the response; the session of an agent that its node reports the usage of. */
  ids: z
    .looseObject({
      request: z.string().optional(),
      response: z.string().optional(),
      session: z.string().optional(),
    })
    .optional(),
  /** The service tier that answered, as the provider names it. */
  tier: z.string().optional(),
  /** Why the call cost nothing. */
  free: z.string().optional(),
  /** Answered from a recording; its usage is the recorded one. */
  replayed: z.boolean().optional(),
  /** Covered by a subscription: the call is not billed by its usage. */
  plan: z.boolean().optional(),
  /** A cost in USD that the tool which recorded the call computed from its own prices: an estimate, not what was billed. */
  toolCostUsd: count.optional(),
  /** The response was received and billed but could not be used. */
  unusable: z.boolean().optional(),
});

export const llmProgress = z.looseObject({
  ...stamp,
  type: z.literal('llm.progress'),
  span: z.number().int(),
  /** Estimated output tokens so far. */
  output: count,
});

/** Two spans turned out to be the same call, seen in two ways. Readers merge them; nothing is rewritten. */
export const callLinked = z.looseObject({
  ...stamp,
  type: z.literal('call.linked'),
  span: z.number().int(),
  /** The other span. */
  same: z.number().int(),
  by: openSet(['ids', 'time-and-usage']),
});
