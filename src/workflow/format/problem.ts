/** What is wrong at one place of a workflow, and what would be right. */
export type Problem = {
  /** Where, as in `nodes[2].params.prompt`; empty for the workflow as a whole. */
  path: string;
  /** A sentence that continues after the path. */
  message: string;
  hint?: string;
  /** The line in the file, where the format has lines of its own. */
  line?: number;
};

/** A problem as one line: `nodes[2].params.prompt: node 'fetch' does not output 'email'. It outputs: response.` */
export function formatProblem({ path, message, hint, line }: Problem): string {
  const place = [line === undefined ? '' : `line ${line}`, path].filter(Boolean).join(', ');
  return `${place}${place && ': '}${message}${hint ? ` ${hint}` : ''}`;
}

/** The steps from the workflow's root as people write them: `nodes[2].params["odd key"]`. */
export function formatPlace(steps: readonly PropertyKey[]): string {
  return steps
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (!/^[\p{L}\p{N}_$-]+$/u.test(name)) return `[${JSON.stringify(name)}]`;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
}
