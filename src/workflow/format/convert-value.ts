/** The kinds of JSON values that people spell in more than one way. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'object' | 'list' | 'any';

/** Converts a value to the kind where lossless; otherwise returns it unchanged. Never guesses. */
export function convert(value: unknown, kind: ValueKind): unknown {
  if (kind === 'text') return toText(value);
  return typeof value === 'string' ? fromText(value, kind) : value;
}

/** Whether a value is of the kind. */
export function isKind(value: unknown, kind: ValueKind): boolean {
  switch (kind) {
    case 'any':
      return true;
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function toText(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    return value;
  }
}

function fromText(text: string, kind: ValueKind): unknown {
  const trimmed = text.trim();
  if (kind === 'number')
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : text;
  if (kind === 'boolean')
    return /^(true|yes|1)$/i.test(trimmed) ? true : /^(false|no|0)$/i.test(trimmed) ? false : text;
  if (kind === 'any') return plainest(text, trimmed);
  return parsed(text, kind);
}

/** Parses untyped text as JSON only where unambiguous, so that `007` and `1.0` stay text. */
function plainest(text: string, trimmed: string): unknown {
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  if (/^-?\d/.test(trimmed)) return String(Number(trimmed)) === trimmed ? Number(trimmed) : text;
  return trimmed.startsWith('[')
    ? parsed(text, 'list')
    : trimmed.startsWith('{')
      ? parsed(text, 'object')
      : text;
}

function parsed(text: string, kind: ValueKind): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isKind(value, kind) ? value : text;
  } catch {
    return text;
  }
}
