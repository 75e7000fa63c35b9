/** Generates the other spellings of a model name, to be looked up exactly. */

/** One way to write a model's name, with the steps that led from the name that was asked. */
export type Variant = Readonly<{ id: string; steps: readonly string[] }>;

/**
 * The ways in which the same model is also written, from the least changed to the most: Vertex's `@date`, dates, `-latest`,
 * dated previews, then dots for dashes and Anthropic's older word order. Each is a whole name to be looked up exactly.
 */
export function* generateVariants(id: string): Generator<Variant> {
  const plain: Variant[] = [{ id, steps: [] }];
  for (const { step, apply } of rules) {
    const last = plain.at(-1)!;
    const changed = apply(last.id);
    if (changed !== last.id) plain.push({ id: changed, steps: [...last.steps, step(last.id, changed)] });
  }
  yield* plain;
  for (const { id, steps } of plain) {
    for (const respelled of respellings(id))
      yield { id: respelled, steps: [...steps, `spelled ${respelled}`] };
  }
}

type Rule = { step: (before: string, after: string) => string; apply: (id: string) => string };

const stripped = (before: string, after: string): string => `${before.slice(after.length)} stripped`;
const monthDay = '(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\\d|3[01])';

const rules: readonly Rule[] = [
  {
    step: () => '@ read as -',
    apply: (id) => id.replace(/@(?=\d{8}$)/, '-').replace(/@(default|latest)$/, '-latest'),
  },
  { step: stripped, apply: (id) => id.replace(new RegExp(`-20\\d\\d-?${monthDay}$`), '') },
  // Mistral's four digits are year and month and tell versions apart; these families write month and day.
  {
    step: stripped,
    apply: (id) =>
      id.replace(new RegExp(`^((?:ft:)?(?:gpt-3\\.5|gpt-4|grok|deepseek|kimi)[\\w.-]*)-${monthDay}$`), '$1'),
  },
  { step: stripped, apply: (id) => id.replace(/-latest$/, '') },
  {
    step: (before, after) => `${before.slice(after.length)} stripped, taking the preview to cost the same`,
    apply: (id) => id.replace(/-preview(-\d{2}-(\d{2}|\d{4}))?$/, ''),
  },
];

function respellings(id: string): string[] {
  const dashed = id.replace(/(?<=\d)\.(?=\d)/g, '-');
  const dotted = id.replace(/(?<![\d.])(\d{1,2})-(\d)(?=-|$)/g, '$1.$2');
  const spellings = [dashed, dotted, ...[dashed, dotted, id].map(reordered)];
  return [...new Set(spellings)].filter((spelling) => spelling !== id);
}

// `claude-4-5-sonnet` and `claude-sonnet-4-5` are one model.
function reordered(id: string): string {
  return id
    .replace(/^claude-(\d+(?:[-.]\d+)?)-([a-z]+)$/, 'claude-\u0000$2-$1')
    .replace(/^claude-([a-z]+)-(\d+(?:[-.]\d+)?)$/, 'claude-$2-$1')
    .replace('\u0000', '');
}
