/** Defines the schemas that several events share: captured values, errors and the stamp of every event. */
import { z } from 'zod';
import type { Captured } from './captured.js';
import { isCaptured } from './captured-check.js';

export const captured = z.custom<Captured>(isCaptured);
export const capturedRecord = z.record(z.string(), captured);
export const count = z.number().nonnegative();

/** In ms: added to the time that a run started at, it stays within what a Date can represent (±8.64e15). */
const MAX_AT = 8e15;

/** Fields of every event: its position in the stream, and milliseconds since the run started (monotonic). */
export const stamp = { seq: z.number().int().nonnegative(), at: z.number().nonnegative().max(MAX_AT) };

/** A string other than the known ones, which keep their literal types. */
type OtherText = string & Record<never, never>;

/** A schema of strings of which some are known; a newer version may write others. */
export function openSet<const Text extends string>(_known: readonly Text[]): z.ZodType<Text | OtherText> {
  return z.custom<Text | OtherText>((value) => typeof value === 'string');
}

export const tracedError = z.looseObject({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  hint: z.string().optional(),
  stack: z.string().optional(),
});
