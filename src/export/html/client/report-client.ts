/** The script of the HTML report: a timeline, a flame view and a table of calls, with the details of the selected step. */
import type { ReportCall, ReportData, ReportRow } from '../report-data.js';

const data = JSON.parse(document.querySelector('#run')!.textContent!) as ReportData;
const { rows, calls, details } = data;
const duration = Math.max(1, data.duration);

const ROW_HEIGHT = 24;
/** Rows drawn above and below those in view, so that scrolling by a page shows no gap. */
const MARGIN = 10;

/** For each row, the row after its last descendant. */
const ends = findEnds();
const collapsed = new Set<number>();
let selected = rows[0]?.id;
let query = '';
let shown: readonly number[] = [];

const explorer = document.querySelector<HTMLElement>('#explorer')!;
const search = element('input', {
  type: 'search',
  placeholder: 'Filter steps',
  'aria-label': 'Filter steps',
});
const tabList = element('div', { role: 'tablist', 'aria-label': 'Views' });
const panel = element('div', { role: 'tabpanel', id: 'panel', tabindex: '-1' });
const detailPane = element('div', {
  class: 'details',
  role: 'region',
  'aria-label': 'Details of the selected step',
});
const viewport = element('div', {
  class: 'rows',
  tabindex: '0',
  role: 'region',
  'aria-label': 'Tree of steps',
});
const list = element('ul', { 'aria-label': 'Steps in the order of the tree' });
const views = { Timeline: drawTimeline, Flame: drawFlame, Calls: drawCalls } as const;
type View = keyof typeof views;
let view: View = 'Timeline';

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function findEnds(): number[] {
  const found = rows.map(() => rows.length);
  const open: number[] = [];
  rows.forEach(({ depth }, index) => {
    while (open.length > 0 && rows[open.at(-1)!]!.depth >= depth) found[open.pop()!] = index;
    open.push(index);
  });
  return found;
}

/** The indexes of the rows that the timeline shows: all but those in collapsed ones, or the matches of the filter. */
function listShown(): number[] {
  const indexes: number[] = [];
  const wanted = query.toLowerCase();
  for (let i = 0; i < rows.length; i++) {
    if (wanted !== '') {
      if (rows[i]!.label.toLowerCase().includes(wanted)) indexes.push(i);
      continue;
    }
    indexes.push(i);
    if (collapsed.has(rows[i]!.id)) i = ends[i]! - 1;
  }
  return indexes;
}

function drawTimeline(): void {
  shown = listShown();
  list.style.height = `${shown.length * ROW_HEIGHT}px`;
  if (!viewport.isConnected) panel.replaceChildren(viewport);
  drawn = new Map();
  drawRows();
}

/** The drawn rows by position; those of another selection, filter or fold are dropped. */
let drawn = new Map<number, HTMLLIElement>();

/**
 * Draws only the rows in view: ten thousand elements would take a second to lay out. Rows that stay in view keep their elements,
 * so that scrolling by a few rows creates a few.
 */
function drawRows(): void {
  const first = Math.max(0, Math.floor(viewport.scrollTop / ROW_HEIGHT) - MARGIN);
  const count = Math.ceil(viewport.clientHeight / ROW_HEIGHT) + 2 * MARGIN;
  const hadFocus = list.contains(document.activeElement);
  const kept = new Map<number, HTMLLIElement>();
  const added: HTMLLIElement[] = [];
  for (const [at, index] of shown.slice(first, first + count).entries()) {
    const position = first + at;
    let item = drawn.get(position);
    if (!item) added.push((item = toItem(index, position)));
    kept.set(position, item);
  }
  for (const [position, item] of drawn) if (!kept.has(position)) item.remove();
  // In the order of the document, which screen readers and Tab follow.
  const next = kept.get(first);
  if (next?.isConnected === false || added.length === kept.size) list.replaceChildren(...kept.values());
  else list.append(...added);
  drawn = kept;
  if (hadFocus) list.querySelector<HTMLElement>('[aria-current]')?.focus({ preventScroll: true });
}

function toItem(index: number, position: number): HTMLLIElement {
  const row = rows[index]!;
  const isParent = ends[index]! > index + 1;
  const mark = { ok: '✓', failed: '✗', running: '…', cancelled: '⊘', skipped: '–' }[row.status] ?? '·';
  const fold = isParent ? (collapsed.has(row.id) ? '▸ ' : '▾ ') : '  ';
  const bar = element('i', { class: row.status === 'failed' ? 'failed' : row.critical ? 'critical' : '' });
  bar.style.left = `${(row.from / duration) * 100}%`;
  bar.style.width = `${((row.to - row.from) / duration) * 100}%`;
  const label = element('span', {}, `${fold}${mark} ${row.label}`);
  label.style.paddingLeft = `${row.depth}em`;
  const button = element(
    'button',
    { class: 'row', type: 'button', tabindex: '-1' },
    label,
    element('span', { class: 'bar' }, bar),
    ...[row.time, row.tokens, row.cost].map((text) => element('span', {}, text)),
  );
  if (isParent) button.setAttribute('aria-expanded', String(!collapsed.has(row.id)));
  if (row.id === selected) button.setAttribute('aria-current', 'true');
  button.addEventListener('click', () => {
    if (selected === row.id && isParent) toggle(row.id);
    select(row.id);
  });
  const item = element(
    'li',
    { 'aria-setsize': String(shown.length), 'aria-posinset': String(position + 1) },
    button,
  );
  item.style.top = `${position * ROW_HEIGHT}px`;
  return item;
}

function toggle(id: number, isCollapsed = !collapsed.has(id)): void {
  if (isCollapsed) collapsed.add(id);
  else collapsed.delete(id);
}

function select(id: number | undefined): void {
  if (id === undefined) return;
  selected = id;
  drawDetails();
  if (view === 'Timeline') {
    shown = listShown();
    const position = shown.findIndex((index) => rows[index]!.id === id);
    const top = position * ROW_HEIGHT;
    if (top < viewport.scrollTop) viewport.scrollTop = top;
    else if (top + ROW_HEIGHT > viewport.scrollTop + viewport.clientHeight)
      viewport.scrollTop = top + ROW_HEIGHT - viewport.clientHeight;
    drawTimeline();
  }
}

function drawDetails(): void {
  const row = rows.find(({ id }) => id === selected);
  if (!row) return detailPane.replaceChildren();
  const facts = [
    row.kind,
    row.status,
    row.time,
    row.tokens && `${row.tokens} tok`,
    row.cost,
    row.critical ? 'on the critical path' : '',
  ];
  const parts: Node[] = [element('h3', {}, row.label), element('p', {}, facts.filter(Boolean).join(' · '))];
  for (const [section, texts] of Object.entries(details[row.id] ?? {})) {
    parts.push(element('h4', {}, section));
    for (const { name, text, before } of texts) {
      const label = `${section} ${name}`.trim();
      if (name !== '') parts.push(element('p', {}, name));
      if (before !== undefined) parts.push(block(before, `${label} before`, 'before'));
      parts.push(
        block(text, before === undefined ? label : `${label} after`, before === undefined ? '' : 'after'),
      );
    }
  }
  if (parts.length === 2) parts.push(element('p', {}, 'Nothing else was captured for this step.'));
  detailPane.replaceChildren(...parts);
}

function block(text: string, label: string, kind: string): HTMLPreElement {
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label, class: kind }, text);
}

type Frame = { label: string; id: number; value: number; count: number; children: Map<string, Frame> };

/** The tree of labels: rows of the same label below the same frame are one frame. */
function mergeFrames(weight: (row: ReportRow) => number): Frame {
  const root: Frame = { label: 'run', id: rows[0]?.id ?? 0, value: 0, count: 1, children: new Map() };
  const path: Frame[] = [root];
  for (const row of rows) {
    path.length = Math.min(path.length, row.depth + 1);
    const parent = path.at(-1)!;
    const frame = parent.children.get(row.label) ?? {
      label: row.label,
      id: row.id,
      value: 0,
      count: 0,
      children: new Map(),
    };
    parent.children.set(row.label, frame);
    frame.value += weight(row);
    frame.count++;
    path.push(frame);
  }
  root.value = [...root.children.values()].reduce((sum, { value }) => sum + value, 0);
  return root;
}

/** Frames that would be narrower than this share of the width are left out. */
const NARROWEST = 0.002;
const FRAME_HEIGHT = 22;
let weighCost = false;

function drawFlame(): void {
  const root = mergeFrames(weighCost ? ({ usd }) => usd : ({ from, to }) => to - from);
  const chart = element('div', { class: 'flame' });
  let depths = 0;
  const draw = (frame: Frame, left: number, width: number, depth: number): void => {
    depths = Math.max(depths, depth + 1);
    const share = root.value === 0 ? 0 : (frame.value / root.value) * 100;
    const text = `${frame.label}${frame.count > 1 ? ` ×${frame.count}` : ''} ${share.toFixed(1)} %`;
    const button = element('button', { type: 'button', title: text }, text);
    button.style.left = `${left * 100}%`;
    button.style.width = `${width * 100}%`;
    button.style.top = `${depth * FRAME_HEIGHT}px`;
    button.addEventListener('click', () => select(frame.id));
    chart.append(button);
    // Children that ran at the same time may add up to more than their parent.
    const sum = Math.max(
      frame.value,
      [...frame.children.values()].reduce((all, { value }) => all + value, 0),
    );
    let from = left;
    for (const child of frame.children.values()) {
      const part = sum === 0 ? 0 : (child.value / sum) * width;
      if (part >= NARROWEST) draw(child, from, part, depth + 1);
      from += part;
    }
  };
  draw(root, 0, 1, 0);
  chart.style.height = `${depths * FRAME_HEIGHT}px`;
  const by = element(
    'button',
    { type: 'button', 'aria-pressed': String(weighCost) },
    weighCost ? 'Width: cost' : 'Width: time',
  );
  by.addEventListener('click', () => {
    weighCost = !weighCost;
    drawFlame();
    panel.querySelector('button')?.focus();
  });
  panel.replaceChildren(element('p', {}, by), chart);
}

const callColumns: readonly (readonly [string, (call: ReportCall) => string])[] = [
  ['node', ({ node }) => node],
  ['model', ({ model }) => model],
  ['status', ({ status }) => status],
  ['first token', ({ firstToken }) => firstToken],
  ['time', ({ time }) => time],
  ['input', ({ input }) => input],
  ['output', ({ output }) => output],
  ['cost', ({ cost }) => cost],
];
const MOST_CALLS = 1000;

function drawCalls(): void {
  const body = element('tbody');
  for (const call of calls.slice(0, MOST_CALLS)) {
    const line = element('tr');
    callColumns.forEach(([, read], i) => {
      if (i > 0) return line.append(element('td', {}, read(call)));
      const open = element('button', { type: 'button' }, read(call) || '(outside of any node)');
      open.addEventListener('click', () => select(call.id));
      line.append(element('th', { scope: 'row' }, open));
    });
    body.append(line);
  }
  const head = element('tr', {}, ...callColumns.map(([name]) => element('th', { scope: 'col' }, name)));
  const rest = calls.length > MOST_CALLS ? `The first ${MOST_CALLS} of ${calls.length} calls.` : '';
  const scroll = element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Calls table' },
    element('table', {}, element('thead', {}, head), body),
  );
  panel.replaceChildren(
    calls.length > 0 ? scroll : element('p', {}, 'No model was called.'),
    element('p', {}, rest),
  );
}

function show(next: View, focus = false): void {
  view = next;
  for (const tab of tabList.children) {
    const isShown = tab.textContent === view;
    tab.setAttribute('aria-selected', String(isShown));
    tab.setAttribute('tabindex', isShown ? '0' : '-1');
    if (isShown) panel.setAttribute('aria-labelledby', tab.id);
    if (isShown && focus) (tab as HTMLElement).focus();
  }
  search.hidden = view !== 'Timeline';
  views[view]();
}

function move(by: number): void {
  const at = shown.findIndex((index) => rows[index]!.id === selected);
  const next = shown[Math.max(0, Math.min(shown.length - 1, at + by))];
  if (next !== undefined) select(rows[next]!.id);
}

/** Collapses the selected row or goes to its parent; expands it or goes to its first child. */
function step(inward: boolean): void {
  const index = rows.findIndex(({ id }) => id === selected);
  const row = rows[index];
  if (!row) return;
  const isParent = ends[index]! > index + 1;
  if (inward) {
    if (isParent && collapsed.has(row.id)) toggle(row.id, false);
    else if (isParent) return move(1);
  } else if (isParent && !collapsed.has(row.id)) toggle(row.id, true);
  else {
    const parent = rows.slice(0, index).findLast(({ depth }) => depth < row.depth);
    return select(parent?.id);
  }
  drawTimeline();
}

const timelineKeys: Readonly<Record<string, () => void>> = {
  ArrowDown: () => move(1),
  j: () => move(1),
  ArrowUp: () => move(-1),
  k: () => move(-1),
  PageDown: () => move(15),
  PageUp: () => move(-15),
  Home: () => move(-rows.length),
  End: () => move(rows.length),
  ArrowRight: () => step(true),
  l: () => step(true),
  ArrowLeft: () => step(false),
  h: () => step(false),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === search) return;
  const names = Object.keys(views) as View[];
  if (event.key === '/') {
    show('Timeline');
    search.focus();
  } else if (/^[1-3]$/.test(event.key)) show(names[Number(event.key) - 1]!);
  else if (tabList.contains(event.target as Node) && /^Arrow(?:Left|Right)$/.test(event.key)) {
    const by = event.key === 'ArrowRight' ? 1 : names.length - 1;
    show(names[(names.indexOf(view) + by) % names.length]!, true);
  } else if (viewport.contains(event.target as Node) && Object.hasOwn(timelineKeys, event.key))
    timelineKeys[event.key]!();
  else return;
  event.preventDefault();
});

search.addEventListener('input', () => {
  query = search.value;
  viewport.scrollTop = 0;
  drawTimeline();
});
viewport.addEventListener('scroll', drawRows, { passive: true });
addEventListener('resize', () => view === 'Timeline' && drawRows());

viewport.append(list);
for (const name of Object.keys(views) as View[]) {
  const tab = element(
    'button',
    { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'panel' },
    name,
  );
  tab.addEventListener('click', () => show(name));
  tabList.append(tab);
}
const left = element('div', {}, tabList, search, panel);
explorer.append(
  element('p', {}, 'Keys: arrows move and fold, / filters, 1 2 3 change the view.'),
  element('div', { class: 'panes' }, left, detailPane),
);
explorer.hidden = false;
show('Timeline');
drawDetails();
