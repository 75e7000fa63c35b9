import { offlineLanguage } from '../../src/planner/offline/language.js';
import { profileOf } from '../../src/profile/run/profile.js';
import { lineText } from '../../src/view/base/frame.js';
import { keyTable } from '../../src/view/keys/key-names.js';
import { press } from '../../src/view/app/press.js';
import type { Key } from '../../src/view/base/key.js';
import { initialUi, type UiState } from '../../src/view/state/ui-state.js';
import { view } from '../../src/view/app/view.js';
import { testPrices } from './prices.js';
import { sourceMap } from './source-map.js';
import { readFixture } from './trace-builder.js';

/** The parts of README.md that are made from the code, by the name in their `<!-- name -->` mark. */
export const readmeParts: Readonly<Record<string, () => string>> = {
  'frame: timeline': () => frame('done-with-planner', []),
  'frame: inspector': () => frame('done-with-planner', ['G', 'k', 'enter', '4']),
  'frame: calls': () => frame('parallel-batch', ['4']),
  'offline language': () =>
    [
      '| you write | it means |',
      '|---|---|',
      ...offlineLanguage().map(
        ({ example, meaning }) => `| \`${example}\` | ${meaning.replaceAll('|', '\\|')} |`,
      ),
    ].join('\n'),
  keys: () => keyTable().trimEnd(),
};

/** The same for src/FILES.md. */
export const mapParts: typeof readmeParts = { files: sourceMap };

/** A text with every generated part made anew. */
export function refresh(readme: string, parts: typeof readmeParts): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const marked = new RegExp(`(<!-- ${name} -->\\n)[^]*?(<!-- /${name} -->)`);
    if (!marked.test(text)) throw new Error(`There is no part "${name}".`);
    return text.replace(marked, (_all, open: string, close: string) => `${open}${make()}\n${close}`);
  }, readme);
}

/** The screen over a fixture trace after some keys, as text. */
function frame(fixture: string, keys: readonly string[]): string {
  const run = profileOf(readFixture(fixture), { prices: testPrices });
  const viewport = { now: run.lastAt, columns: 110, rows: 22 };
  let ui: UiState = initialUi({ glyphs: 'unicode', reducedMotion: true, live: false });
  view(run, ui, viewport);
  for (const name of keys)
    ({ ui } = press(ui, { name, text: name.length === 1 ? name : '' } as Key, run, viewport));
  const lines = view(run, ui, viewport).lines.map((line) => lineText(line).trimEnd());
  return ['```text', ...lines, '```'].join('\n');
}
