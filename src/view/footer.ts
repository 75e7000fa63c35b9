import { safeText } from '../lib/safe-text.js';
import type { Timeline } from '../profile/history.js';
import { clipLine, lineWidth, segment, spread, type Line, type Viewport } from './frame.js';
import { bindingsOf } from './key-bindings.js';
import type { Binding } from './binding.js';
import { keyName } from './key-names.js';
import { canRunPlan } from './plan-question.js';
import { timeWords } from './time-travel.js';
import { screenOf, type UiState } from './ui-state.js';

/** The last line: what the keys do here, what is being typed, or what has just been done. */
export function footerLine(ui: UiState, { columns, timeline, now }: Viewport): Line {
  const screen = screenOf(ui);
  const { glyphs } = ui.look;
  if (screen === 'search') {
    return clipLine(
      [
        segment(' /', 'hint-key'),
        segment(safeText(ui.screens.at(-2) === 'inspector' ? ui.pane.find : ui.filter)),
        segment(' ', 'tab-active'),
        segment(`  ${keyName('enter', glyphs)} keep  Esc clear`, 'dim'),
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
  const right = stateWords(ui, timeline);
  const room = columns - lineWidth(right) - 2;
  if (ui.toast !== '') return spread([segment(` ${safeText(ui.toast)}`, 'accent')], right, columns);
  const hints = bindingsOf(ui.look.keys).filter(
    (binding) => binding.hint !== undefined && binding.screens.includes(screen) && applies(binding, ui, now),
  );
  return spread(hintsThatFit(hints, ui, room), right, columns);
}

function applies({ action, keys, views, screens }: Binding, ui: UiState, now: number): boolean {
  if (views && screenOf(ui) === 'tree' && !views.includes(ui.views.shown)) return false;
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
  if (action === 'back' && screenOf(ui) === 'plan')
    return (question !== undefined) === (screens.length === 1);
  if (action === 'back') return screenOf(ui) !== 'tree' || ui.filter !== '';
  return true;
}

/** Whole hints only: half a word helps nobody. */
function hintsThatFit(hints: readonly Binding[], ui: UiState, columns: number): Line {
  const line: { text: string; style?: 'hint-key' | 'dim' }[] = [];
  let used = 0;
  for (const { action, keys, hint } of hints) {
    if (keys[0] === undefined) continue;
    const dash = ui.look.glyphs === 'ascii' ? '-' : '…';
    const last =
      action === 'view' && keys.length > 1 ? `${dash}${keyName(keys.at(-1)!, ui.look.glyphs)}` : '';
    const key = ` ${keyName(keys[0], ui.look.glyphs)}${last}`;
    const text = ` ${hint} `;
    const width = lineWidth([segment(key), segment(text)]);
    if (used + width > columns) break;
    used += width;
    line.push({ text: key, style: 'hint-key' }, { text, style: 'dim' });
  }
  return line;
}

function stateWords(ui: UiState, timeline: Timeline | undefined): Line {
  const words: Line[] = [];
  const time = timeWords(ui, timeline);
  if (ui.filter !== '') words.push([segment(`/${safeText(ui.filter)}`, 'match')]);
  if (ui.mouse) words.push([segment('MOUSE', 'dim')]);
  if (time !== '') words.push([segment(time, 'warning')]);
  else if (ui.follow && screenOf(ui) !== 'plan') words.push([segment('FOLLOW', 'running')]);
  return words.flatMap((word) => [...word, segment(' ')]);
}
