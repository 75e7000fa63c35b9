/** Formats a captured value for reports. */
import { formatCaptured, type Captured } from '../trace/event/captured.js';

/** A captured value as a person reads it: text as it is, anything else as JSON. */
export function formatValue(value: Captured): string {
  const isPlain = typeof value === 'object' && value !== null && !('$' in value);
  return isPlain ? JSON.stringify(value, null, 2) : formatCaptured(value);
}
