/** The JSON Pointer (RFC 6901) of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) => pointerStep(String(step))).join('');
}

/** A key as one step of a JSON Pointer. */
export function pointerStep(key: string): string {
  if (!key.includes('~') && !key.includes('/')) return `/${key}`;
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The steps of a JSON Pointer. */
export function segmentsOf(pointer: string): string[] {
  if (!pointer.startsWith('/')) return [];
  const segments = pointer.slice(1).split('/');
  if (!pointer.includes('~')) return segments;
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
