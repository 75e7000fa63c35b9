/** What to do in place of a word of published pflow that has no meaning here; nothing for any other word. */
export function adviceOn(word: string): string | undefined {
  return Object.hasOwn(advice, word) ? advice[word] : undefined;
}

/** Whether a setting of published pflow asks for what is so in any case: nothing is run from a cache. */
export function isGiven(key: string, value: unknown): boolean {
  return (key === 'cache' || key === 'prewarm') && value === false;
}

const advice: Readonly<Record<string, string>> = {
  cache: 'Every node runs each time; `pflow rerun <trace> --from <node>` keeps what came before a node.',
  prompt_cache:
    'Put the shared text itself at the beginning of each prompt: providers cache what prompts begin with.',
  prewarm: 'Leave it out: the elements of a batch that is not parallel find what the first of them cached.',
  approval: 'Leave it out, and set a breakpoint in `pflow tui` to look at a node before it runs.',
  output_schema:
    'Write it as `schema`: the answer is then an object, and ${node.response.field} takes a field from it.',
  reasoning_effort: 'Leave it out, or choose another model.',
  inputs: 'Write ${node.key} in the parameters where the value is used.',
  mappings: 'Write templates in the parameters that the mappings were for, such as ${node.key}.',
  value: "Did you mean 'source'?",
  from: "Did you mean 'source'?",
};
