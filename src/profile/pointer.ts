/** The segments of a JSON Pointer (RFC 6901). */
export function segmentsOf(pointer: string): string[] {
  const segments = pointer.split('/').slice(1);
  return pointer.includes('~')
    ? segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    : segments;
}

/** The JSON Pointer of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What a pointer points into, from the inside out: `/a/b`, `/a` and the whole, ``, for `/a/b/c`. */
export function containersOf(pointer: string): string[] {
  const containers: string[] = [];
  for (let rest = pointer; rest !== '';) {
    rest = rest.slice(0, Math.max(0, rest.lastIndexOf('/')));
    containers.push(rest);
  }
  return containers;
}
