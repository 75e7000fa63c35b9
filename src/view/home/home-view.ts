/** Renders the home screen. */

import { formatCost } from '../../lib/text/format-cost.js';
import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { fillRows, segment, segmentAt, selectedLine, spread, type Frame, type Line } from '../base/frame.js';
import { glyphsOf, type Glyphs } from '../base/glyphs.js';
import {
  borderLine,
  composeLines,
  createRegions,
  finishLines,
  tooSmallRegions,
  type Regions,
} from '../base/regions.js';
import { memoizeLast } from '../base/memo.js';
import type { StatsGroup } from '../../ledger/stats/compute-stats.js';
import { spendingLines, spendingPane } from './spending-view.js';
import { computeScrollTop } from '../base/scroll-list.js';
import { helpLines } from '../keys/key-help.js';
import { confirmLines } from '../state/confirm-dialog.js';
import { homeFooter } from './home-footer.js';
import { midnightOf, sumSpending, sumWorkflow } from './home-figures.js';
import { homeLayout, type HomeLayout, type HomeViewport } from './home-layout.js';
import {
  homePosition,
  listedGroups,
  listedRuns,
  listedWorkflows,
  listKeys,
  selectedRun,
  selectedWorkflow,
} from './home-list.js';
import { overviewOfRuns } from './home-overview.js';
import { runPane, sparkline, workflowPane } from './home-pane.js';
import type { HomeData } from './home-run.js';
import { runHeadings, runLine, workflowHeadings, workflowLine, type RowShape } from './home-rows.js';
import { homeTabs, type HomeState, type HomeTab } from './home-state.js';

/** Renders the home screen: a pure function of what it lists, its state, the time and the size. */
export function homeView(data: HomeData, home: HomeState, viewport: HomeViewport): Frame {
  return { lines: composeLines(homeRegions(data, home, viewport)) };
}

/** Renders the regions of the home screen. */
export function homeRegions(data: HomeData, home: HomeState, viewport: HomeViewport): Regions {
  const { columns, rows, now } = viewport;
  const plan = homeLayout(columns, rows, listKeys(data, home, now).length);
  if (plan.tooSmall) return tooSmallRegions(columns, rows);
  const glyphs = glyphsOf(home.look.glyphs);
  const finish = (lines: readonly Line[], width = columns) => finishLines(lines, width, home.look.glyphs);
  return createRegions({
    ...bodyRegions(data, home, viewport, plan, glyphs, finish),
    header: finish([headerLine(data, viewport, glyphs)]),
    footer: finish([homeFooter(data, home, viewport)]),
  });
}

/** The tab at a cell of the tab line. */
export function homeTabAt(x: number, home: HomeState): HomeTab | undefined {
  return homeTabs[segmentAt(tabsLine(home), x)];
}

function bodyRegions(
  data: HomeData,
  home: HomeState,
  viewport: HomeViewport,
  plan: HomeLayout,
  glyphs: Glyphs,
  finish: (lines: readonly Line[], columns?: number) => readonly Line[],
): Partial<Regions> {
  const room = viewport.rows - 2;
  const dialog = dialogLines(home, viewport.columns, room);
  if (dialog) return { dialog: finish(fillRows(dialog, room)) };
  const tabs = plan.tabs ? finish([tabsLine(home)]) : [];
  const pane = plan.pane.place === 'off' ? [] : paneLines(data, home, viewport, plan, glyphs);
  const isRight = plan.pane.place === 'right';
  const rows = room - tabs.length - (isRight ? 0 : pane.length);
  const list = finish(fillRows(listLines(data, home, viewport, plan, glyphs), rows), plan.columns);
  if (!isRight) return { tabs, list, context: finish(pane) };
  return {
    tabs,
    list: list.map((line) => borderLine(line, plan.columns, glyphs)),
    context: finish(fillRows(pane, rows), plan.pane.columns),
    side: 'right-of-list',
  };
}

/** What covers the lists. */
function dialogLines(home: HomeState, columns: number, room: number): readonly Line[] | undefined {
  const { screens, dialog } = home;
  if (screens.includes('confirm') && dialog) return confirmLines(dialog, home.choice, columns, room);
  if (!screens.includes('help')) return undefined;
  const help = helpLines(home.look, { context: { screen: 'home' }, columns });
  return help.slice(computeScrollTop(help.length, room, home.helpTop, home.helpTop));
}

/** Headings and rows, always as many as the layout has. */
function listLines(
  data: HomeData,
  home: HomeState,
  { now }: HomeViewport,
  plan: HomeLayout,
  glyphs: Glyphs,
): readonly Line[] {
  const shape: RowShape = { columns: plan.columns, now, glyphs, reducedMotion: home.look.reducedMotion };
  const { cursor, top } = homePosition(data, home, now, plan.rows);
  const pick = (line: Line, i: number) => (top + i === cursor ? selectedLine(line, plan.columns) : line);
  if (home.tab === 'Workflows') {
    const workflows = listedWorkflows(data, home).slice(top, top + plan.rows);
    const rows = workflows.map((each, i) =>
      pick(workflowLine(each, sumWorkflow(data.runs, each.name), shape), i),
    );
    return [workflowHeadings(shape), ...fillRows(rows.length > 0 ? rows : emptyLines(data, home), plan.rows)];
  }
  if (home.tab === 'Spending') {
    const spending = data.spending(home.by);
    const groups = listedGroups(data, home);
    if (!spending?.stats || groups.length === 0) return [[], ...fillRows(emptyLines(data, home), plan.rows)];
    const shown = visibleGroups(groups, top, plan.rows);
    const { headings, rows } = spendingLines(spending.stats, shown, spending.nameSession, plan.columns);
    return [headings, ...fillRows(rows.map(pick), plan.rows)];
  }
  const runs = listedRuns(data, home, now).slice(top, top + plan.rows);
  const rows = runs.map((run, i) =>
    pick(runLine(run, home.marked !== undefined && run.trace === home.marked, shape), i),
  );
  return [runHeadings(shape), ...fillRows(rows.length > 0 ? rows : emptyLines(data, home), plan.rows)];
}

const visibleGroups = memoizeLast((groups: readonly StatsGroup[], top: number, rows: number) =>
  groups.slice(top, top + rows),
);

/** Replaces the rows of an empty list: the reason, and on an empty home what can be entered. */
function emptyLines(data: HomeData, { filter, tab, by }: HomeState): readonly Line[] {
  if (tab === 'Spending' && data.spending(by)?.stats === undefined)
    return [[segment('    Adding up the calls …', 'dim')]];
  if (data.loading && tab !== 'Spending') return [[segment('    Reading the ledger …', 'dim')]];
  if (filter !== '')
    return [[segment(`    Nothing matches "${safeText(filter)}". Esc clears the filter.`, 'dim')]];
  if (tab === 'Spending')
    return [
      [segment('    No model was called in the last 30 days.', 'dim')],
      [segment('    pflow stats --since 365d looks further back.', 'dim')],
    ];
  if (tab !== 'Runs') return [[segment('    There are no workflows here yet.', 'dim')]];
  return [
    [segment('    No runs yet. Press : and type a request, such as', 'dim')],
    [],
    ...EXAMPLES.map(([request, does]): Line => [
      segment(`      ${request.padEnd(44)}`, 'bold'),
      segment(does, 'dim'),
    ]),
    [],
    [
      segment(
        '    A plan that writes, sends or runs something is shown before it runs. Without a model, requests',
        'dim',
      ),
    ],
    [
      segment(
        '    like these are read by rules: pflow help offline lists them all, pflow help models connects one.',
        'dim',
      ),
    ],
    [segment('    pflow demo shows this profiler on a simulated run.', 'dim')],
  ];
}

/** Requests that need no model. */
const EXAMPLES = [
  ['summarize README.md', 'reads a file and shortens it'],
  ['count words in README.md', 'one node without any effect'],
  ['list all the files in . and save it as files.txt', 'writes a file, so it asks first'],
] as const;

function paneLines(
  data: HomeData,
  home: HomeState,
  { now }: HomeViewport,
  plan: HomeLayout,
  glyphs: Glyphs,
): readonly Line[] {
  const pane = { columns: plan.pane.columns, rows: plan.pane.rows, now, glyphs };
  if (home.tab === 'Spending') {
    const spending = data.spending(home.by);
    return spending ? fillRows(spendingPane(spending, home.by, pane), plan.pane.rows + 1) : [];
  }
  const run = selectedRun(data, home, now);
  const workflow = run ? undefined : selectedWorkflow(data, home, now);
  const about = run ? runPane(run, data, pane) : workflow ? workflowPane(workflow, data, pane) : [];
  const rows = plan.pane.rows + 1;
  const overview = overviewOfRuns(data, midnightOf(now), { ...pane, rows: rows - about.length - 1 });
  // At the bottom, so that it stays in place while the selection moves.
  return [...fillRows(about, rows - overview.length), ...overview];
}

function headerLine({ runs, model }: HomeData, { now, columns }: HomeViewport, glyphs: Glyphs): Line {
  const { today, week, runs: count, failed, days } = sumSpending(runs, midnightOf(now));
  const dot = segment(` ${glyphs.separator} `, 'rule');
  const left: Line = [
    segment(' '),
    segment('pflow', 'accent'),
    ...(model === undefined || columns < 100 ? [] : [segment(`   model ${safeText(model)}`, 'dim')]),
  ];
  const [costToday, cost] = [today, week].map((sum) =>
    sum.priced || sum.unpriced.length > 0 ? formatCost(sum, { short: true }) : '',
  );
  const facts: Line[] = [
    ...(!costToday || columns < 70 ? [] : [[segment('today '), segment(costToday, 'money')]]),
    [
      segment(`this week ${plural(count, 'run')}`),
      ...(cost ? [dot, segment(cost, 'money')] : []),
      ...(failed > 0 ? [dot, segment(`${glyphs.status.failed} ${failed}`, 'failed')] : []),
    ],
    ...(columns >= 100 && days.some((usd) => usd > 0) ? [[segment(sparkline(days, glyphs), 'accent')]] : []),
  ];
  const right = facts.flatMap((fact, i) => (i === 0 ? fact : [segment('   '), ...fact]));
  return spread(left, [...right, segment(' ')], columns);
}

function tabsLine({ tab }: HomeState): Line {
  return homeTabs.map((name, i) => segment(` ${i + 1} ${name} `, name === tab ? 'tab-active' : 'tab'));
}
