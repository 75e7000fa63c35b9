/** Generates the other spellings of a model name, each a whole name to be looked up exactly. */

/** One way to write a model's name, with the steps that led from the name that was given. */
export type Variant = Readonly<{
  id: string;
  steps: readonly string[];
  /** Assumed to cost the same, without a published price. */
  assumed: boolean;
}>;

/**
 * The ways in which the same model is also written, from the least changed to the most: routing suffixes, context windows,
 * Vertex's `@date`, dates, dated previews, then dots for dashes and Anthropic's older word order. `-latest` stays: it points to
 * whichever model its maker has chosen, and only a table or a response knows which that is.
 */
export function* generateVariants(id: string): Generator<Variant> {
  const plain: Variant[] = [{ id, steps: [], assumed: false }];
  for (const { describe, apply, assumed = false } of rules) {
    const last = plain.at(-1)!;
    const changed = apply(last.id);
    if (changed === last.id) continue;
    const steps = [...last.steps, describe(last.id, changed)];
    plain.push({ id: changed, steps, assumed: last.assumed || assumed });
  }
  yield* plain;
  for (const { id, steps, assumed } of plain) {
    for (const respelled of respell(id)) {
      yield { id: respelled, steps: [...steps, `spelled ${respelled}`], assumed };
    }
  }
}

type Rule = {
  describe: (before: string, after: string) => string;
  apply: (id: string) => string;
  assumed?: boolean;
};

const strip = (before: string, after: string): string => `${before.slice(after.length)} stripped`;
const monthDay = '(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\\d|3[01])';

const rules: readonly Rule[] = [
  // Claude Code's mark for the context of a million tokens, whose rates are those of the model's context tiers.
  { describe: strip, apply: (id) => id.replace(/\[1m\]$/, '') },
  // OpenRouter's routing by throughput and by price.
  { describe: strip, apply: (id) => id.replace(/:(?:nitro|floor)$/, '') },
  {
    describe: () => '@ read as -',
    apply: (id) => id.replace(/@(?=\d{8}$)/, '-'),
  },
  // Vertex's name for a model without a version.
  { describe: strip, apply: (id) => id.replace(/@default$/, '') },
  { describe: strip, apply: (id) => id.replace(new RegExp(`-20\\d\\d-?${monthDay}$`), '') },
  // Google's number of a stable version.
  { describe: strip, apply: (id) => id.replace(/(?<=^gemini-[\w.-]+)-00\d$/, '') },
  // Azure's spelling of OpenAI's name.
  { describe: (_, after) => `read as ${after}`, apply: (id) => id.replace(/^gpt-35-/, 'gpt-3.5-') },
  // Vertex's name for the second Claude 3.5 Sonnet.
  { describe: strip, apply: (id) => id.replace(/(?<=^claude-3[-.]5-sonnet)-v2$/, '') },
  // Mistral's four digits are year and month, and distinguish versions; these families write month and day.
  {
    describe: strip,
    apply: (id) =>
      id.replace(new RegExp(`^((?:ft:)?(?:gpt-3\\.5|gpt-4|grok|deepseek|kimi)[\\w.-]*)-${monthDay}$`), '$1'),
  },
  {
    describe: (before, after) =>
      `${before.slice(after.length)} stripped, taking the preview to cost the same`,
    apply: (id) => id.replace(/-preview(-\d{2}-(\d{2}|\d{4}))?$/, ''),
    assumed: true,
  },
];

function respell(id: string): string[] {
  const dashed = id.replace(/(?<=\d)\.(?=\d)/g, '-');
  const dotted = id.replace(/(?<![\d.])(\d{1,2})-(\d)(?=-|$)/g, '$1.$2');
  const spellings = [dashed, dotted, ...[dashed, dotted, id].map(reorder)];
  return [...new Set(spellings)].filter((spelling) => spelling !== id);
}

// `claude-4-5-sonnet` and `claude-sonnet-4-5` are one model.
function reorder(id: string): string {
  return id
    .replace(/^claude-(\d+(?:[-.]\d+)?)-([a-z]+)$/, 'claude-\u0000$2-$1')
    .replace(/^claude-([a-z]+)-(\d+(?:[-.]\d+)?)$/, 'claude-$2-$1')
    .replace('\u0000', '');
}
