/** The kinds of JSON values that people spell in more than one way. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'object' | 'list' | 'any';

/** The value as the kind, where it says the same in another form; else the value as it is. Nothing is ever guessed. */
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

/** Text for which no type is declared: JSON where it can be nothing else, so that `007` and `1.0` stay what was typed. */
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
