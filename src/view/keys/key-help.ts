/** The help screen of the keys. */

import { fit, textWidth } from '../../lib/text/text-width.js';
import { segment, type Line } from '../base/frame.js';
import { bindingsFor } from './key-bindings.js';
import type { Binding } from './binding.js';
import { keysText } from './key-names.js';
import type { Look } from '../state/ui-state.js';

type Group = readonly [string, (binding: Binding) => boolean];

/** Renders the help screen: the keys of a screen, grouped. Those of a run are grouped by its screens. */
export function helpLines(
  look: Pick<Look, 'keys' | 'glyphs' | 'unserved'> & { live?: boolean },
  on: 'home' | 'run' = 'run',
): readonly Line[] {
  const { glyphs } = look;
  const bindings = bindingsFor(look);
  const ofHome: Group[] = [
    ['Home', ({ screens }) => screens.includes('home')],
    ['While typing', ({ screens }) => screens.length < 3 && screens.some((each) => each.startsWith('home-'))],
  ];
  const ofRun: Group[] = [
    ['Everywhere', ({ screens }) => screens.includes('tree') && screens.includes('inspector')],
    ['Tree', ({ screens }) => screens.includes('tree') && !screens.includes('inspector')],
    ['Inspector', ({ screens }) => screens.includes('inspector') && !screens.includes('tree')],
    ['Plan', ({ screens }) => screens.length === 1 && screens[0] === 'plan'],
    ['While searching', ({ screens }) => screens[0] === 'search'],
  ];
  const groups = on === 'home' ? ofHome : ofRun;
  const width = Math.max(...bindings.map((binding) => textWidth(keysText(binding, glyphs))));
  return groups.flatMap(([title, belongs]) => [
    [segment(` ${title}`, 'heading')],
    ...bindings
      .filter(belongs)
      .map((binding): Line => [
        segment(`   ${fit(keysText(binding, glyphs), width + 2)}`, 'hint-key'),
        segment(binding.does),
      ]),
    [],
  ]);
}
