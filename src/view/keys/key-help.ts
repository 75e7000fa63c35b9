/** The help screen of the keys. */

import { fit, textWidth, wrap } from '../../lib/text/text-width.js';
import { lineWidth, segment, type Line } from '../base/frame.js';
import { markMatches } from '../content/highlight-match.js';
import { bindingsFor } from './key-bindings.js';
import type { Binding, KeyRow } from './binding.js';
import { keysText } from './key-names.js';
import type { Look } from '../state/ui-state.js';
import type { ViewName } from '../state/view-state.js';

/** Where help was opened: the screen, and on the main screen the view. */
export type HelpContext = Readonly<{
  screen: 'home' | 'tree' | 'inspector' | 'plan' | 'compare' | 'difference';
  view?: ViewName;
}>;

/** What the help screen shows: the keys of its context first, in as many columns as fit, and only those that match `find`. */
export type HelpOptions = Readonly<{ context: HelpContext; columns: number; find?: string }>;

type Group = Readonly<{
  title: string;
  belongs: (binding: Binding) => boolean;
  isOf: HelpContext['screen'] | undefined;
}>;

/** The narrowest column. */
const MIN_COLUMN = 56;
/** Columns of keys; longer lists of keys move their text to the next line. */
const MOST_KEYS = 12;

/** Renders the help screen. */
export function helpLines(
  look: Pick<Look, 'keys' | 'glyphs' | 'unserved'> & { live?: boolean },
  { context, columns, find = '' }: HelpOptions,
): readonly Line[] {
  const count = Math.max(1, Math.min(3, Math.floor(columns / MIN_COLUMN)));
  const width = Math.floor(columns / count);
  const bindings = bindingsFor(look).filter((binding) => isFound(binding, find.toLowerCase(), look));
  const groups = groupsFor(context).flatMap(({ title, belongs }): Line[] => {
    const lines = joinOpposites(bindings.filter(belongs)).flatMap((binding) =>
      bindingLines(binding, width, look),
    );
    return lines.length === 0 ? [] : [[segment(` ${title}`, 'heading')], ...lines, []];
  });
  if (groups.length === 0) return [[segment(` No key matches "${find}".`, 'dim')]];
  const marked = find === '' ? groups : groups.map((line) => markMatches(line, find));
  return count === 1 ? marked : besideEachOther(marked, count, width);
}

/** The keys of the context, then those that it shares with others, then the others. */
function groupsFor({ screen, view }: HelpContext): readonly Group[] {
  if (screen === 'home')
    return [
      { title: 'Home', isOf: 'home', belongs: ({ screens }) => screens.includes('home') },
      {
        title: 'While typing',
        isOf: undefined,
        belongs: ({ screens }) => screens.length < 3 && screens.some((each) => each.startsWith('home-')),
      },
    ];
  if (screen === 'compare' || screen === 'difference') {
    const title = screen === 'compare' ? 'Comparison' : 'Differences';
    return [{ title, isOf: screen, belongs: ({ screens }) => screens.includes(screen) }];
  }
  const inTree = ({ screens }: Binding) => screens.includes('tree') && !screens.includes('inspector');
  const isOfView = ({ views }: Binding) => view !== undefined && (views?.includes(view) ?? false);
  const groups: Group[] = [
    ...(screen === 'tree' && view !== undefined
      ? [{ title: view, isOf: 'tree', belongs: (each: Binding) => inTree(each) && isOfView(each) } as const]
      : []),
    {
      title: 'Tree',
      isOf: 'tree',
      belongs: (each) => inTree(each) && !(screen === 'tree' && isOfView(each)),
    },
    {
      title: 'Inspector',
      isOf: 'inspector',
      belongs: ({ screens }) => screens.includes('inspector') && !screens.includes('tree'),
    },
    { title: 'Plan', isOf: 'plan', belongs: ({ screens }) => screens.length === 1 && screens[0] === 'plan' },
    {
      title: 'Everywhere',
      isOf: undefined,
      belongs: ({ screens }) => screens.includes('tree') && screens.includes('inspector'),
    },
    { title: 'While searching', isOf: undefined, belongs: ({ screens }) => screens[0] === 'search' },
  ];
  const rank = ({ isOf }: Group) => (isOf === screen ? 0 : isOf === undefined ? 1 : 2);
  return groups.toSorted((a, b) => rank(a) - rank(b));
}

function isFound(binding: Binding, wanted: string, { glyphs }: Pick<Look, 'glyphs'>): boolean {
  if (wanted === '') return true;
  const { action, does } = binding;
  return [keysText(binding, glyphs), does, action].some((text) => text.toLowerCase().includes(wanted));
}

/** Two neighbours with one description are opposite actions, which share a line. */
function joinOpposites(bindings: readonly Binding[]): readonly HelpRow[] {
  const rows: HelpRow[] = [];
  for (const binding of bindings) {
    const last = rows.at(-1);
    if (last?.does !== binding.does) rows.push(binding);
    else if (last.action !== binding.action) rows[rows.length - 1] = { ...last, opposite: binding };
  }
  return rows;
}

type HelpRow = Pick<KeyRow, 'action' | 'keys' | 'does' | 'opposite'>;

function bindingLines(binding: HelpRow, width: number, { glyphs }: Pick<Look, 'glyphs'>): readonly Line[] {
  const keys = keysText(binding, glyphs);
  const indent = MOST_KEYS + 3;
  const text = wrap(binding.does, Math.max(8, width - indent - 2)).map((line): Line => [
    segment(' '.repeat(indent)),
    segment(line),
  ]);
  if (textWidth(keys) > MOST_KEYS) return [[segment(`  ${keys}`, 'hint-key')], ...text];
  const [, first] = text[0] ?? [];
  return [[segment(`  ${fit(keys, indent - 2)}`, 'hint-key'), first ?? segment('')], ...text.slice(1)];
}

/** Splits lines into columns of the same height. */
function besideEachOther(lines: readonly Line[], count: number, width: number): readonly Line[] {
  const height = Math.ceil(lines.length / count);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: count }, (_each, x): Line => {
      const line = lines[x * height + y] ?? [];
      return x === count - 1 ? line : [...line, segment(' '.repeat(Math.max(0, width - lineWidth(line))))];
    }).flat(),
  );
}
