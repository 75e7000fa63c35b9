/** Limits the names and messages of an event that was read from a file, so that no reader has to. */

/** Limits in UTF-16 code units. pflow itself writes at most 8,192. A name is drawn in every frame, a message in one pane. */
const MAX_NAME = 4096;
const MAX_MESSAGE = 65_536;

/** Lines up to this length cannot contain a text above the limits. */
export const ALWAYS_WITHIN_LIMITS = MAX_NAME;

/** The fields that are plain text; all others are captured values, which readers take in parts. */
const NAMES =
  'run pflow pidSpace name id type nodeType provider model action code from to effect api host finishReason response node source ' +
  'serviceTier inferenceGeo searchContext';
const MESSAGES = 'request reason purpose what message hint stack usageNote free';
const limits: ReadonlyMap<string, number> = new Map([
  ...NAMES.split(' ').map((field) => [field, MAX_NAME] as const),
  ...MESSAGES.split(' ').map((field) => [field, MAX_MESSAGE] as const),
]);

/** The fields that contain such fields, as an object or a list of objects. */
const containers = new Set([
  'model',
  'error',
  'nodes',
  'edges',
  'effects',
  'tools',
  'toolCalls',
  'ids',
  'usage',
  'parts',
]);

/** Truncates the names and messages of an event that exceed the limits, in place. Returns a description of each. */
export function limitTexts(event: Record<string, unknown>): string[] {
  const truncated: string[] = [];
  const open: Record<string, unknown>[] = [event];
  for (let part; (part = open.pop());) {
    for (const [field, value] of Object.entries(part)) {
      const limit = limits.get(field);
      if (typeof value === 'string' && limit !== undefined && value.length > limit) {
        part[field] = `${value.slice(0, limit - 1)}…`;
        truncated.push(
          `its ${field} has ${value.length.toLocaleString('en')} characters and is shown truncated`,
        );
      } else if (containers.has(field)) {
        for (const item of [value].flat()) if (isRecord(item)) open.push(item);
      }
    }
  }
  return truncated;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
