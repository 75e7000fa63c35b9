/** The footer: key hints, text input or the toast. */

import { safeText } from '../../lib/text/safe-text.js';
import type { Timeline } from '../../profile/store/store-history.js';
import { clipLine, lineWidth, segment, spread, type Line, type Viewport } from '../base/frame.js';
import { bindingsFor } from '../keys/key-bindings.js';
import type { Binding } from '../keys/binding.js';
import { keyName } from '../keys/key-names.js';
import { fitHints, toHint, type Hint } from './fit-hints.js';
import { canRunPlan } from '../plan/plan-question.js';
import { timeWords } from './time-travel.js';
import { getScreen, type UiState } from '../state/ui-state.js';

/** Renders the footer: key hints, the text being typed, or the toast. */
export function footerLine(ui: UiState, { columns, timeline, now }: Viewport, matches = ''): Line {
  const screen = getScreen(ui);
  const { glyphs } = ui.look;
  if (screen === 'search') {
    return clipLine(
      [
        segment(' /', 'hint-key'),
        segment(safeText(getSearchText(ui))),
        segment(' ', 'tab-active'),
        segment(
          `  ${matches === '' ? '' : `${matches}  `}${keyName('enter', glyphs)} keep  Esc clear`,
          'dim',
        ),
      ],
      columns,
    );
  }
  if (screen === 'name') {
    return clipLine(
      [
        segment(' Save as: ', 'accent'),
        segment(safeText(ui.plan.name)),
        segment(' ', 'tab-active'),
        segment(`  ${keyName('enter', glyphs)} save  Esc back`, 'dim'),
      ],
      columns,
    );
  }
  const right = stateWords(ui, timeline, matches);
  if (ui.toast !== '') return spread([segment(` ${safeText(ui.toast)}`, 'accent')], right, columns);
  const hints = hintsThatFit(ui, now, columns - lineWidth(right) - 2);
  return spread(
    hints.flatMap(({ line }) => line),
    right,
    columns,
  );
}

/** The text that is being typed: of the search in the screen below. */
function getSearchText({ screens, pane, helpFind, filter }: UiState): string {
  const below = screens.at(-2);
  return below === 'inspector' ? pane.find : below === 'help' ? helpFind : filter;
}

/** The action of the hint at a cell of the footer. */
export function hintAt(x: number, ui: UiState, { columns, timeline, now }: Viewport): Binding | undefined {
  if (['search', 'command', 'name'].includes(getScreen(ui)) || ui.toast !== '') return undefined;
  const hints = hintsThatFit(ui, now, columns - lineWidth(stateWords(ui, timeline)) - 2);
  let end = 0;
  return hints.find(({ line }) => x < (end += lineWidth(line)))?.binding;
}

function applies({ action, keys, views, screens }: Binding, ui: UiState, now: number): boolean {
  if (views && getScreen(ui) === 'tree' && !views.includes(ui.views.shown)) return false;
  const opening = `${ui.prefix} `;
  if (ui.prefix !== '' || keys[0]?.includes(' '))
    return ui.prefix !== '' && (keys[0]?.startsWith(opening) ?? false);
  if (action === 'pause') return ui.look.live;
  if (action === 'follow') return ui.time !== undefined || (ui.look.live && !ui.follow);
  const { question } = ui.plan;
  if (action === 'run-plan') return canRunPlan(ui.plan, now);
  if (action === 'edit-plan') return question !== undefined;
  if (action === 'former-plan')
    return question !== undefined && (question.edited || question.problems.length > 0);
  if (action === 'back' && getScreen(ui) === 'plan')
    return (question !== undefined) === (screens.length === 1);
  if (action === 'rerun' || action === 'rerun-from' || action === 'compare' || action === 'whatif')
    return ui.look.home !== undefined && !ui.look.live;
  if (action === 'home') return ui.look.home !== undefined;
  if (action === 'back')
    return getScreen(ui) !== 'tree' || ui.filter !== '' || Boolean(ui.views.range ?? ui.views.callsOf);
  return true;
}

/** The hints in the order of the keymap that apply at the moment and fit. */
function hintsThatFit(ui: UiState, now: number, columns: number): readonly Hint[] {
  const screen = getScreen(ui);
  const all = bindingsFor(ui.look)
    .filter((binding) => binding.screens.includes(screen) && applies(binding, ui, now))
    .flatMap((binding) => toHint(binding, ui.look.glyphs) ?? []);
  return fitHints(all, columns);
}

function stateWords(ui: UiState, timeline: Timeline | undefined, matches = ''): Line {
  const words: Line[] = [];
  const time = timeWords(ui, timeline);
  if (ui.filter !== '')
    words.push([
      segment(`/${safeText(ui.filter)}`, 'match'),
      ...(matches === '' ? [] : [segment(` ${matches}`, 'dim')]),
    ]);
  if (ui.mouse) words.push([segment('MOUSE', 'dim')]);
  if (time !== '') words.push([segment(time, 'warning')]);
  else if (ui.follow && ui.look.live && getScreen(ui) !== 'plan') words.push([segment('FOLLOW', 'running')]);
  return words.flatMap((word) => [...word, segment(' ')]);
}
