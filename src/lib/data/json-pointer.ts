/** Formats and parses JSON Pointers (RFC 6901). */

/** Formats a path as a JSON Pointer (RFC 6901). */
export function formatPointer(path: readonly (string | number)[]): string {
  return path.map((step) => escapePointerSegment(String(step))).join('');
}

/** Escapes a key as one segment of a JSON Pointer, with its leading slash. */
export function escapePointerSegment(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return `/${key}`;
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Parses a JSON Pointer into its unescaped segments; empty for the root pointer and for anything that is not a pointer. */
export function parsePointer(pointer: string): string[] {
  if (!pointer.startsWith('/')) return [];
  const segments = pointer.slice(1).split('/');
  if (!pointer.includes('~')) return segments;
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
