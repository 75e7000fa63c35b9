/** What the process of kill-writer.ts saves. */

/** The workflow of a round: large, so that its file is not written at once, and with its round in its first and last parts. */
export function workflowOf(round: number) {
  const echo = (id: string) => ({ id, type: 'echo', params: { value: `${round} ${'x'.repeat(20_000)}` } });
  return {
    name: 'killed',
    description: `round ${round}`,
    keywords: [],
    workflow: { nodes: Array.from({ length: 20 }, (_, i) => echo(`n${i}`)) },
  };
}
