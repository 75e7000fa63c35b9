/** Renders the regions of the screen of a run, each only when what it shows has changed. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Timeline } from '../../profile/store/store-history.js';
import type { EarlierRuns } from '../../insights/history/earlier-runs.js';
import { fillRows, type Line, type Viewport } from '../base/frame.js';
import { glyphsOf } from '../base/glyphs.js';
import { createRegions, finishLines, tooSmallRegions, type Regions } from '../base/regions.js';
import { memoizeLast } from '../base/memo.js';
import { computeScrollTop } from '../base/scroll-list.js';
import { flameBarLine } from '../chrome/flame-bar.js';
import { commandLine } from '../chrome/command-line.js';
import { footerLine } from '../chrome/footer.js';
import { headerLine } from '../chrome/header.js';
import { statusRule } from '../chrome/status-rule.js';
import { helpLines } from '../keys/key-help.js';
import { planLines } from '../plan/plan-lines.js';
import { confirmLines } from '../state/confirm-dialog.js';
import { getHelpContext, getScreen, type Look, type UiState } from '../state/ui-state.js';
import type { ViewContext } from '../state/view-parts.js';
import { inspectorLines } from './inspector-body.js';
import { mainRegions } from './main-body.js';
import { mainLayout } from './main-layout.js';
import { matchPlace } from './match-place.js';

/** Renders the regions for a run at a moment. A region whose inputs are unchanged keeps the identity of its lines. */
export function viewRegions(run: RunState, ui: UiState, viewport: Viewport): Regions {
  const { columns, rows, now, earlier, timeline } = viewport;
  const plan = mainLayout(run, ui, viewport);
  if (plan.tooSmall) return tooSmallRegions(columns, rows);
  const glyphs = glyphsOf(ui.look.glyphs);
  const room = rows - (plan.flameBar ? 3 : 1) - 1;
  // A run without an end at the shown moment was in progress then.
  const look = ui.time ? lookOfPast(ui.look) : ui.look;
  const matches = ui.screens.includes('inspector') ? '' : matchPlace(run, ui, viewport);
  const moment = ui.screens.includes('plan') ? now : 0;
  const count = timeline?.count;
  return createRegions({
    ...bodyRegions({ run, ui, viewport, plan, glyphs }, room),
    header: headerRegion(run, run.events, look, columns, now, earlier),
    ...(plan.flameBar
      ? {
          stageBar: stageBarRegion(run, run.events, look, columns, now),
          status: statusRegion(run, run.events, ui, columns, rows, now, earlier, timeline, count),
        }
      : {}),
    footer:
      getScreen(ui) === 'command'
        ? finishLines([commandLine(run, ui, columns)], columns, ui.look.glyphs)
        : footerRegion(ui, columns, rows, moment, timeline, count, matches),
  });
}

const lookOfPast = memoizeLast((look: Look): Look => ({ ...look, live: true }));

const headerRegion = memoizeLast(
  (run: RunState, _version: number, look: Look, columns: number, now: number, earlier?: EarlierRuns) => {
    const line = headerLine(run, look, glyphsOf(look.glyphs), {
      now,
      columns,
      ...(earlier === undefined ? {} : { earlier }),
    });
    return finishLines([line], columns, look.glyphs);
  },
);

const stageBarRegion = memoizeLast(
  (run: RunState, _version: number, look: Look, columns: number, now: number) =>
    finishLines([flameBarLine(run, look, glyphsOf(look.glyphs), { now, columns })], columns, look.glyphs),
);

const statusRegion = memoizeLast(
  (
    run: RunState,
    _version: number,
    ui: UiState,
    columns: number,
    rows: number,
    now: number,
    earlier: EarlierRuns | undefined,
    timeline: Timeline | undefined,
    _count: number | undefined,
  ) => {
    const viewport: Viewport = {
      now,
      columns,
      rows,
      ...(earlier === undefined ? {} : { earlier }),
      ...(timeline === undefined ? {} : { timeline }),
    };
    const { glyphs } = ui.look;
    return finishLines([statusRule(run, ui, viewport, glyphsOf(glyphs))], columns, glyphs);
  },
);

const footerRegion = memoizeLast(
  (
    ui: UiState,
    columns: number,
    rows: number,
    now: number,
    timeline: Timeline | undefined,
    _count: number | undefined,
    matches: string,
  ) => {
    const viewport: Viewport = { now, columns, rows, ...(timeline === undefined ? {} : { timeline }) };
    return finishLines([footerLine(ui, viewport, matches)], columns, ui.look.glyphs);
  },
);

/** The regions between the status line and the footer: those of the active view, or a dialog that covers them. */
function bodyRegions(context: ViewContext, room: number): Partial<Regions> {
  const dialog = dialogLines(context, room);
  if (dialog === undefined) return mainRegions(context, room);
  const { columns } = context.viewport;
  return { dialog: finishLines(fillRows(dialog, room), columns, context.ui.look.glyphs) };
}

function dialogLines(context: ViewContext, room: number): readonly Line[] | undefined {
  const { run, ui, viewport } = context;
  const { screens, dialog, look } = ui;
  const { columns } = viewport;
  if (screens.includes('confirm') && dialog) return confirmLines(dialog, ui.choice, columns, room);
  if (screens.includes('help')) {
    const help = helpLines(look, { context: getHelpContext(ui), columns, find: ui.helpFind });
    return help.slice(computeScrollTop(help.length, room, ui.helpTop, ui.helpTop));
  }
  if (screens.includes('plan')) return planLines(run, ui, viewport, room);
  return screens.includes('inspector') ? inspectorLines(context) : undefined;
}
