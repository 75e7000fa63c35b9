/** The list of the plan screen. */

import { getOwn } from '../../lib/data/own-property.js';
import { graphOutline, type OutlineRow, type Pointer } from '../../lib/text/graph-outline.js';
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { wrap } from '../../lib/text/text-width.js';
import type { Captured } from '../../trace/event/captured.js';
import { isExpanded, type CollapseState } from '../base/collapse.js';
import { segment, type Line } from '../base/frame.js';
import { glyphsOf, type Glyphs, type GlyphSet } from '../base/glyphs.js';
import { memoizeLast } from '../base/memo.js';
import { headingItems, textItem, textItems, type PaneItem } from '../content/pane-item.js';
import { fieldOf, fieldsOf, itemsIn, textOf } from '../content/captured-fields.js';
import type { Planned } from '../state/plan-state.js';
import { planGraphItems } from './plan-graph.js';
import { valueItems, withTemplates } from './plan-values.js';
import type { StyleName } from '../base/theme.js';

/** The lines of a plan: problems of an edit, inputs, every node in order with its effects and parameters, and outputs. */
export function planItems(
  plan: Planned,
  problems: readonly string[],
  { folds, width, glyphs }: PlanOptions,
): readonly PaneItem[] {
  return itemsFor(plan, problems, folds, width, glyphs);
}

/** Options of the list. */
export type PlanOptions = Readonly<{ folds: CollapseState; width: number; glyphs: GlyphSet }>;

/** Above this many nodes, those without effects are collapsed by default. */
const MANY_NODES = 12;

type Context = Readonly<{
  plan: Planned;
  /** The nodes of the captured workflow by id. */
  nodes: ReadonlyMap<string, Captured>;
  folds: CollapseState;
  width: number;
  glyphs: Glyphs;
  many: boolean;
}>;

const itemsFor = memoizeLast(
  (
    plan: Planned,
    problems: readonly string[],
    folds: CollapseState,
    width: number,
    set: GlyphSet,
  ): readonly PaneItem[] => {
    const nodes = new Map(
      itemsIn(fieldOf(plan.ir, 'nodes')).map((node) => [textOf(fieldOf(node, 'id')), node]),
    );
    const context = {
      plan,
      nodes,
      folds,
      width,
      glyphs: glyphsOf(set),
      many: plan.nodes.length > MANY_NODES,
    };
    const description = textOf(fieldOf(plan.ir, 'description'));
    return [
      ...problemItems(problems, context),
      ...(description === '' ? [] : textItems('description', description, width, { style: 'dim' })),
      ...planGraphItems(plan, width),
      ...inputItems(context),
      ...nodeItems(context),
      ...outputItems(context),
    ];
  },
);

function problemItems(problems: readonly string[], { width, glyphs }: Context): readonly PaneItem[] {
  if (problems.length === 0) return [];
  const title = `The edited plan cannot run: ${plural(problems.length, 'problem')}. The plan below is unchanged.`;
  return [
    ...textItems('problems', title, width, { style: 'failed' }),
    ...problems.flatMap((problem, i) =>
      marked(`problem/${i}`, glyphs.status.failed, problem, width, [segment('  ')], 'failed'),
    ),
    textItem('problems/gap', []),
  ];
}

function inputItems(context: Context): readonly PaneItem[] {
  const { plan, folds, width, glyphs } = context;
  const inputs = fieldsOf(fieldOf(plan.ir, 'inputs'));
  if (inputs.length === 0) return [];
  return [
    ...headingItems('inputs', 'inputs', true),
    ...inputs.flatMap(([name, input]) => {
      const value = plan.params?.[name] ?? fieldOf(input, 'default');
      if (value === undefined)
        return textItem(`input/${name}`, [
          segment(`     ${safeText(name)}: `, 'json-key'),
          segment('no value', 'dim'),
        ]);
      return valueItems(name, value, { key: `input/${name}`, folds, width, glyphs, before: [], open: false });
    }),
    textItem('inputs/gap', []),
  ];
}

function nodeItems(context: Context): readonly PaneItem[] {
  const { plan, glyphs, width } = context;
  const ids = plan.nodes.map(({ id }) => id);
  const start = textOf(fieldOf(plan.ir, 'start_node')) || ids[0];
  const rows = graphOutline(start, ids, plan.edges);
  const reached = new Set(rows.map((row) => row.kind === 'node' && row.id));
  const others = ids.filter((id) => !reached.has(id));
  return [
    ...headingItems('nodes', 'nodes', true),
    ...rows.flatMap((row, i) => rowItems(row, i, context)),
    ...(others.length === 0
      ? []
      : marked('unreached', glyphs.none, `never reached: ${others.join(', ')}`, width, [], 'dim')),
  ];
}

function rowItems(row: OutlineRow, i: number, context: Context): readonly PaneItem[] {
  const before: Line = row.depth === 0 ? [] : [segment(' │ '.repeat(row.depth), 'rule')];
  switch (row.kind) {
    case 'node':
      return oneNode(row.id, before, context);
    case 'branch': {
      const to = row.to ? ` ${pointerText(row.to)}` : '';
      return [
        textItem(`branch/${i}`, [
          ...before,
          segment(' ├─ ', 'rule'),
          segment(`on ${safeText(row.action)}`, 'accent'),
          segment(to),
        ]),
      ];
    }
    case 'on':
      return [textItem(`on/${i}`, [...before, segment(' └─ ', 'rule'), segment(pointerText(row.to))])];
    default:
      return row satisfies never;
  }
}

function pointerText({ id, way }: Pointer): string {
  const name = safeText(id);
  if (way === 'missing') return `to ${name}, which does not exist`;
  return way === 'up' ? `↑ back to ${name}` : `↓ on to ${name}`;
}

function oneNode(id: string, before: Line, context: Context): readonly PaneItem[] {
  const { plan, folds, glyphs, many } = context;
  const { type, purpose, effects = [] } = plan.nodes.find((each) => each.id === id)!;
  const ir = context.nodes.get(id);
  const width = context.width - before.reduce((sum, { text }) => sum + text.length, 0);
  const key = `node/${id}`;
  const fold = isExpanded(folds, key, !many || effects.length > 0) ? 'open' : 'folded';
  const params = fieldsOf(fieldOf(ir, 'params'));
  const batch = batchText(fieldOf(ir, 'batch'));
  const head: PaneItem = {
    key,
    depth: 0,
    fold: params.length === 0 && ir !== undefined ? 'leaf' : fold,
    label: id,
    draw: () => [
      ...before,
      segment(` ${params.length === 0 ? ' ' : glyphs[fold]} `, 'dim'),
      segment(safeText(id), 'title'),
      segment(`  ${safeText(type)}`, 'dim'),
      ...(batch === '' ? [] : withTemplates([segment(`  × ${safeText(batch)}`, 'json-string')])),
      ...(purpose ? [segment(`  ${safeText(purpose)}`)] : []),
    ],
  };
  return [
    head,
    ...effects.flatMap(({ effect, what }, i) =>
      marked(
        `${key}/effect/${i}`,
        getOwn(effectMarks, effect) ?? '!',
        what,
        width,
        before,
        effect === 'deletes' ? 'failed' : 'warning',
      ),
    ),
    ...(fold === 'folded' ? [] : paramItems(id, ir, params, width, before, context)),
  ];
}

function paramItems(
  id: string,
  ir: Captured | undefined,
  params: readonly (readonly [string, Captured])[],
  width: number,
  before: Line,
  { plan, folds, glyphs }: Context,
): readonly PaneItem[] {
  if (ir === undefined)
    return [
      textItem(`node/${id}/lost`, [...before, segment('     Its parameters are not in the trace.', 'dim')]),
    ];
  const { type, effects = [] } = plan.nodes.find((each) => each.id === id)!;
  // Prompts, and values with an effect, are shown in full before the user approves them.
  const isOpen = (name: string) => effects.length > 0 || (type === 'llm' && PROMPTS.has(name));
  return params.flatMap(([name, value]) =>
    valueItems(name, value, { key: `param/${id}/${name}`, folds, width, glyphs, before, open: isOpen(name) }),
  );
}

/** The parameters of a model node that its model reads. */
const PROMPTS: ReadonlySet<string> = new Set(['prompt', 'system']);

function outputItems({ plan, width, folds, glyphs }: Context): readonly PaneItem[] {
  const outputs = fieldsOf(fieldOf(plan.ir, 'outputs'));
  if (outputs.length === 0) return [];
  return [
    ...headingItems('outputs', 'outputs', false),
    ...outputs.flatMap(([name, output]) =>
      valueItems(name, fieldOf(output, 'source') ?? null, {
        key: `output/${name}`,
        folds,
        width,
        glyphs,
        before: [],
        open: false,
      }),
    ),
  ];
}

/** The effect glyph of a node; the text carries the same information. */
const effectMarks: Readonly<Record<string, string>> = {
  writes: '+',
  moves: '→',
  deletes: '✗',
  'runs-commands': '$',
  sends: '↑',
};

/** Wraps text with a hanging indent after a marker. */
function marked(
  key: string,
  mark: string,
  text: string,
  width: number,
  before: Line,
  style: StyleName,
): readonly PaneItem[] {
  return wrap(safeText(text), Math.max(8, width - 9)).map((line, i) => ({
    ...textItem(`${key}/${i}`, [
      ...before,
      segment(`   ${i === 0 ? mark : ' '} `, style),
      segment(line, style),
    ]),
    depth: 1,
  }));
}

function batchText(batch: Captured | undefined): string {
  if (batch === undefined) return '';
  const items = fieldOf(batch, 'items');
  const each = typeof items === 'string' ? `each of ${items}` : plural(itemsIn(items).length, 'item');
  const atOnce = fieldOf(batch, 'parallel') === true ? fieldOf(batch, 'max_concurrent') : undefined;
  return typeof atOnce === 'number' ? `${each}, ${atOnce} at a time` : each;
}
