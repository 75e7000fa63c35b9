/** Handles actions on the plan screen. */

import type { RunState } from '../../profile/run/run-state.js';
import type { Action } from '../keys/binding.js';
import { setAll, toggle } from '../base/collapse.js';
import type { Viewport } from '../base/frame.js';
import { layout } from '../base/layout.js';
import { isMove, applyMove, computeScrollTop } from '../base/scroll-list.js';
import { applyKey } from '../base/edit-text.js';
import type { Key } from '../base/key.js';
import { planList } from './plan-lines.js';
import { canRunPlan, shownPlan, withoutPlan } from './plan-question.js';
import { freshPlan, type PlanAnswer, type Planned } from '../state/plan-state.js';
import { freshPane, withToast, type UiState } from '../state/ui-state.js';

/** Effects of the plan screen: decide about the pending plan, or save the shown one. */
export type PlanEffect =
  | Readonly<{ type: 'plan'; answer: PlanAnswer }>
  /** `replace` adds a version to the existing workflow of that name. */
  | Readonly<{ type: 'save'; name: string; plan: Planned; replace: boolean }>;

type Pressed = Readonly<{ ui: UiState; effects: readonly PlanEffect[] }>;

/** Opens the plan screen; a toast if there is no plan yet. */
export function openPlan(ui: UiState, run: RunState): UiState {
  if (!shownPlan(run, ui)) return withToast(ui, 'There is no plan yet.');
  return { ...ui, screens: [...ui.screens, 'plan'], plan: freshPlan, planPane: freshPane };
}

/** Handles an action on the plan screen. */
export function pressPlan(ui: UiState, action: Action, key: Key, run: RunState, viewport: Viewport): Pressed {
  const { question } = ui.plan;
  switch (action) {
    case 'run-plan':
      if (!question) return only(key.name === 'enter' ? pressList(ui, 'toggle', run, viewport) : ui);
      if (canRunPlan(ui.plan, viewport.now)) return { ui: withoutPlan(ui), effects: [answer('run')] };
      return only(
        question.problems.length > 0
          ? withToast(ui, 'What was edited cannot run. Edit it again, or go back to the former plan.')
          : ui,
      );
    case 'edit-plan':
      return question ? { ui, effects: [answer('edit')] } : only(ui);
    case 'former-plan':
      return question?.edited || question?.problems.length ? { ui, effects: [answer('former')] } : only(ui);
    case 'save-plan':
      return only({
        ...ui,
        screens: [...ui.screens, 'name'],
        plan: { ...ui.plan, name: shownPlan(run, ui)?.name ?? '', refused: undefined },
      });
    case 'back':
      if (!question) return only(withoutPlan(ui));
      return { ui: withToast(withoutPlan(ui), 'The workflow is not run.'), effects: [answer('cancel')] };
    case 'help':
      return only({ ...ui, screens: [...ui.screens, 'help'] });
    default:
      return only(pressList(ui, action, run, viewport));
  }
}

/** Handles a key while the name to save under is being typed. */
export function pressName(ui: UiState, action: Action | undefined, key: Key, run: RunState): Pressed {
  const { name, refused } = ui.plan;
  const closed = { ...ui, screens: ui.screens.filter((screen) => screen !== 'name') };
  if (action === 'back') return only({ ...closed, plan: { ...ui.plan, refused: undefined } });
  if (action !== 'accept')
    return only({ ...ui, plan: { ...ui.plan, name: applyKey(name, key), refused: undefined } });
  const plan = shownPlan(run, ui);
  if (!plan || name === '') return only(closed);
  return { ui, effects: [{ type: 'save', name, plan, replace: refused?.name === name }] };
}

/** Applies the result of saving a plan, or of a rejected name. */
export function withSaved(
  ui: UiState,
  name: string,
  { saved, says }: Readonly<{ saved: boolean; says: string }>,
): UiState {
  if (!saved) return { ...ui, plan: { ...ui.plan, refused: { name, why: says } } };
  const screens = ui.screens.filter((screen) => screen !== 'name');
  return withToast({ ...ui, screens, plan: { ...ui.plan, refused: undefined } }, says);
}

function pressList(ui: UiState, action: Action, run: RunState, viewport: Viewport): UiState {
  const { columns, rows } = viewport;
  const { items, cursor, top, height } = planList(run, ui, viewport, layout(columns, rows, ui.context).body);
  const item = items[cursor];
  const to = (index: number) =>
    withPane(ui, {
      cursor: items[index]?.key,
      anchor: items[computeScrollTop(items.length, height, index, top)]?.key,
    });
  const toggled = () =>
    item && item.fold !== 'leaf'
      ? withPane(ui, { cursor: item.key, folds: toggle(ui.planPane.folds, item.key) })
      : ui;
  const holder = items.findLastIndex(({ depth }, i) => i < cursor && depth < (item?.depth ?? 0));
  if (isMove(action)) return to(applyMove(action, cursor, items.length, height));
  switch (action) {
    case 'toggle':
      return item?.fold === 'leaf' && holder >= 0 ? to(holder) : toggled();
    case 'expand':
      if (item?.fold === 'folded') return toggled();
      return item?.fold === 'open' ? to(cursor + 1) : ui;
    case 'collapse':
      if (item?.fold === 'open') return toggled();
      return holder >= 0 ? to(holder) : ui;
    case 'expand-all':
      return withPane(ui, { cursor: item?.key, folds: setAll('open') });
    case 'collapse-all':
      return withPane(ui, {
        cursor: items.findLast(({ depth }, i) => i <= cursor && depth === 0)?.key,
        folds: setAll('folded'),
      });
    default:
      return ui;
  }
}

function withPane(ui: UiState, pane: Partial<UiState['planPane']>): UiState {
  return { ...ui, planPane: { ...ui.planPane, ...pane } };
}

function answer(choice: PlanAnswer): PlanEffect {
  return { type: 'plan', answer: choice };
}

function only(ui: UiState): Pressed {
  return { ui, effects: [] };
}
