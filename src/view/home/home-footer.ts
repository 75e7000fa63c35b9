/** The footer of the home screen: key hints, what is being typed, or the toast. */

import { plural } from '../../lib/text/format.js';
import { safeText } from '../../lib/text/safe-text.js';
import { clipLine, lineWidth, segment, spread, type Line } from '../base/frame.js';
import { fitHints, toHint, type Hint } from '../chrome/fit-hints.js';
import type { Binding } from '../keys/binding.js';
import { bindingsOf } from '../keys/key-bindings.js';
import { keyName } from '../keys/key-names.js';
import { listedRuns, selectedRun } from './home-list.js';
import type { HomeData } from './home-run.js';
import { homeScreen, type HomeState } from './home-state.js';
import type { HomeViewport } from './home-layout.js';
import { parseRunQuery, QUERY_FORMS } from './run-query.js';

/** Renders the footer. */
export function homeFooter(data: HomeData, home: HomeState, viewport: HomeViewport): Line {
  const { columns, now } = viewport;
  const screen = homeScreen(home);
  const { glyphs } = home.look;
  if (screen === 'home-filter') {
    const [problem] = parseRunQuery(home.filter, now).problems;
    const help =
      problem === undefined ? segment(`  ${QUERY_FORMS}`, 'dim') : segment(`  ${problem}`, 'warning');
    return clipLine(
      [segment(' /', 'hint-key'), segment(safeText(home.filter)), segment(' ', 'tab-active'), help],
      columns,
    );
  }
  if (screen === 'home-line') {
    return clipLine(
      [
        segment(' :', 'hint-key'),
        segment(safeText(home.line)),
        segment(' ', 'tab-active'),
        segment(
          home.line === ''
            ? '  a request, such as summarize README.md · a workflow · open compare rerun delete quit'
            : `  ${keyName('enter', glyphs)} run  Esc back`,
          'dim',
        ),
      ],
      columns,
    );
  }
  const right = stateWords(data, home, now);
  if (home.toast !== '') return spread([segment(` ${safeText(home.toast)}`, 'accent')], right, columns);
  return spread(
    hintsThatFit(data, home, viewport).flatMap(({ line }) => line),
    right,
    columns,
  );
}

/** The binding of the hint at a cell of the footer. */
export function homeHintAt(
  x: number,
  data: HomeData,
  home: HomeState,
  viewport: HomeViewport,
): Binding | undefined {
  if (home.toast !== '' || ['home-filter', 'home-line'].includes(homeScreen(home))) return undefined;
  let end = 0;
  return hintsThatFit(data, home, viewport).find(({ line }) => x < (end += lineWidth(line)))?.binding;
}

function hintsThatFit(data: HomeData, home: HomeState, { columns, now }: HomeViewport): readonly Hint[] {
  const screen = homeScreen(home);
  const all = bindingsOf(home.look.keys)
    .filter((binding) => binding.screens.includes(screen) && applies(binding, data, home, now))
    .flatMap((binding) => toHint(binding, home.look.glyphs) ?? []);
  return fitHints(all, columns - lineWidth(stateWords(data, home, now)) - 2);
}

function applies({ action }: Binding, data: HomeData, home: HomeState, now: number): boolean {
  const run = selectedRun(data, home, now);
  if (action === 'search') return homeScreen(home) !== 'help';
  if (action === 'follow') return run?.status === 'running';
  if (action === 'rerun' || action === 'delete') return run?.trace !== undefined && run.status !== 'running';
  if (action === 'compare') return run?.trace !== undefined;
  if (action === 'back') return homeScreen(home) !== 'home' || home.filter !== '';
  if (action === 'open') return home.tab !== 'Spending' || home.by === 'session' || home.by === 'prompt';
  return true;
}

function stateWords(data: HomeData, home: HomeState, now: number): Line {
  const words: Line[] = [];
  if (home.marked !== undefined) words.push([segment('compare with …', 'accent')]);
  if (home.filter !== '') {
    const count = home.tab === 'Runs' ? ` ${plural(listedRuns(data, home, now).length, 'run')}` : '';
    words.push([segment(`/${safeText(home.filter)}${count}`, 'match')]);
  }
  if (data.loading) words.push([segment('reading …', 'dim')]);
  return words.flatMap((word) => [...word, segment(' ')]);
}
