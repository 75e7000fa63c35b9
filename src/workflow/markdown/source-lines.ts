/** Maps parts of a workflow to source lines. */

import { formatPlace, type Problem } from '../format/problem.js';

/** A path step and its source line. */
export type Place = Readonly<{ steps: readonly PropertyKey[]; line: number }>;

/** Source lines by path. */
export class SourceLines {
  readonly #lines = new Map<string, number>();

  add(steps: readonly PropertyKey[], line: number): void {
    const path = formatPlace(steps);
    if (!this.#lines.has(path)) this.#lines.set(path, line);
  }

  /** Adds the locations of a value at `at`. */
  addAll(at: readonly PropertyKey[], places: readonly Place[]): void {
    for (const { steps, line } of places) this.add([...at, ...steps], line);
  }

  /** The line of a path such as `nodes[2].params.prompt`, or of its nearest ancestor. */
  of(path: string): number | undefined {
    for (let place = path; place !== ''; place = place.replace(LAST_STEP, '')) {
      const line = this.#lines.get(place);
      if (line !== undefined) return line;
    }
    return undefined;
  }
}

const LAST_STEP = /(?:\.?[^.[\]]+|\["(?:[^"\\]|\\.)*"\]|\[\d+\])$/;

/** The problems with their lines, in file order. */
export function withLines(
  problems: readonly Problem[],
  lineOf: ((path: string) => number | undefined) | undefined,
): Problem[] {
  if (!lineOf) return [...problems];
  const located = problems.map((problem) => {
    const line = problem.line ?? lineOf(problem.path);
    return line === undefined ? problem : { ...problem, line };
  });
  return located.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}
