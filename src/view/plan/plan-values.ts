/** Renders the values of a plan with highlighted templates. */

import { formatCount } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { textWidth, truncate, wrap } from '../../lib/text/text-width.js';
import type { Captured } from '../../trace/event/captured.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { segment, type Line } from '../base/frame.js';
import type { Glyphs } from '../base/glyphs.js';
import { classifyValue } from '../content/format-value.js';
import { jsonItems } from '../content/json-tree.js';
import type { PaneItem } from '../content/pane-item.js';

/** Renders a named value of a plan: strings quoted and, when expanded, in full; templates are highlighted. */
export function valueItems(label: string, value: Captured, options: ValueOptions): readonly PaneItem[] {
  const { key, folds, width, glyphs, before } = options;
  const shape = classifyValue(value);
  const items =
    shape.kind === 'text'
      ? textValue(label, shape.text, shape.note, options)
      : jsonItems(label, value, { key, folds, width, glyphs, openDepth: 3, depth: 1 });
  return items.map((item) => ({
    ...item,
    draw: () => [...before, ...withTemplates(item.draw())],
    label,
    value,
  }));
}

/** Options of a value. */
export type ValueOptions = Readonly<{
  /** Prefix that makes item keys unique. */
  key: string;
  folds: CollapseState;
  width: number;
  glyphs: Glyphs;
  /** A prefix for every line. */
  before: Line;
  /** Whether long text is expanded by default. */
  open: boolean;
}>;

/** Highlights each `${template}` in a line. */
export function withTemplates(line: Line): Line {
  return line.flatMap((each) =>
    each.style === 'json-string' && each.text.includes('${')
      ? each.text
          .split(TEMPLATE)
          .filter((part) => part !== '')
          .map((text) => ({
            ...each,
            text,
            ...(WHOLE_TEMPLATE.test(text) ? { style: 'template' as const } : {}),
          }))
      : each,
  );
}

/** `$${` is an escape and starts no template. */
const TEMPLATE = /((?<!\$)\$\{[^{}]*\})/;
const WHOLE_TEMPLATE = /^\$\{[^{}]*\}$/;

function textValue(
  label: string,
  text: string,
  note: string,
  { key, folds, width, glyphs, open }: ValueOptions,
): readonly PaneItem[] {
  const name = truncate(safeText(label), Math.max(8, width >> 1));
  const head = (fold: PaneItem['fold']): Line => [
    segment(`   ${fold === 'leaf' ? ' ' : glyphs[fold]} `, 'dim'),
    segment(name, 'json-key'),
    segment(': ', 'dim'),
  ];
  const room = width - textWidth(name) - 8;
  const safe = safeText(text, { keepNewlines: true });
  if (note === '' && !text.includes('\n') && textWidth(safe) <= room)
    return [
      { key, depth: 1, fold: 'leaf', draw: () => [...head('leaf'), segment(`"${safe}"`, 'json-string')] },
    ];
  const fold = isExpanded(folds, key, open, 1) ? 'open' : 'folded';
  const size = note || `${formatCount(text.length)} characters`;
  const preview = truncate(safeText(text.slice(0, width * 2)), Math.max(4, room - textWidth(size) - 2));
  const first: PaneItem = {
    key,
    depth: 1,
    fold,
    draw: () => [
      ...head(fold),
      ...(fold === 'folded' ? [segment(`"${preview}" `, 'json-string')] : []),
      segment(size, 'dim'),
    ],
  };
  if (fold === 'folded') return [first];
  const lines = wrap(`"${safe}"`, Math.max(8, width - 8));
  return [
    first,
    ...lines.map((line, i): PaneItem => ({
      key: `${key}/text/${i}`,
      depth: 2,
      fold: 'leaf',
      draw: () => [segment('       '), segment(line, 'json-string')],
    })),
  ];
}
