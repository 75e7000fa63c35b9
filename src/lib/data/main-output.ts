/** Selects the main output of a node among the keys that it wrote. */

/** Names under which nodes write their main output, by priority. */
const MAIN_OUTPUTS = [
  'response',
  'result',
  'results',
  'text',
  'content',
  'stdout',
  'echo',
  'files',
  'output',
];

/** The key of a node's main output; undefined if none of its outputs has one of the usual names. */
export function findMainOutput(outputs: object): string | undefined {
  return MAIN_OUTPUTS.find((key) => Object.hasOwn(outputs, key));
}
