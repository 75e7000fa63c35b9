/** The components of the screen: its regions, each of which renders when its own lines have changed. */

import { Box, Transform } from 'ink';
import { useMemo, useSyncExternalStore } from 'react';
import type { RegionName } from '../../view/base/regions.js';
import type { LineMarks } from './line-marks.js';
import type { ScreenStore } from './screen-store.js';

// Why the regions give Ink marks instead of coloured text: whichever component has rendered, Ink lays out and tokenizes the whole
// screen, and that is most of the cost of a frame. In a live run of 10,000 spans at 120×40 with the context pane streaming, a frame
// of the timeline costs 5 ms CPU with marks and 20 to 21 ms when the same regions contain their coloured text (150 frames back to
// back, two rounds each, alternating). The marks of a region are one character, so that Ink measures eight texts per frame; a mark
// and a component for each line cost 5 to 7 ms. `npm run bench` measures the CPU of every view.

/** What a region renders from. */
type Screen = Readonly<{ store: ScreenStore; marks: LineMarks }>;

/** Lays out the regions of the screen. The sizes come from view/, which has fitted every line to its region. */
export function App(screen: Screen) {
  const side = useSyncExternalStore(screen.store.subscribe, screen.store.readSide);
  const list = (
    <>
      {side !== 'right-of-list' && <Tabs {...screen} />}
      <MainList {...screen} />
    </>
  );
  return (
    <Box flexDirection="column">
      <Header {...screen} />
      <StageBar {...screen} />
      <StatusLine {...screen} />
      {side === 'right-of-list' && <Tabs {...screen} />}
      {side === 'below' ? (
        list
      ) : (
        <Box>
          <Box flexDirection="column">{list}</Box>
          <ContextPane {...screen} />
        </Box>
      )}
      {side === 'below' && <ContextPane {...screen} />}
      <Dialog {...screen} />
      <Footer {...screen} />
    </Box>
  );
}

const Header = (screen: Screen) => <Region {...screen} name="header" />;
const StageBar = (screen: Screen) => <Region {...screen} name="stageBar" />;
const StatusLine = (screen: Screen) => <Region {...screen} name="status" />;
const Tabs = (screen: Screen) => <Region {...screen} name="tabs" />;
const MainList = (screen: Screen) => <Region {...screen} name="list" />;
const ContextPane = (screen: Screen) => <Region {...screen} name="context" />;
const Dialog = (screen: Screen) => <Region {...screen} name="dialog" />;
const Footer = (screen: Screen) => <Region {...screen} name="footer" />;

/**
 * Renders the lines of a region. Ink measures every distinct text and caches each measurement without bound, so it is given
 * blanks, and the marks of the lines are substituted in the transform step.
 */
function Region({ store, marks, name }: Screen & { name: RegionName }) {
  const lines = useSyncExternalStore(store.subscribe, () => store.readLines(name));
  // A new function per change: without a changed property React has nothing to commit, and Ink writes no frame.
  const transform = useMemo(() => () => marks.mark(lines), [marks, lines]);
  if (lines.length === 0) return null;
  return <Transform transform={transform}>{BLANK.repeat(lines.length).slice(1)}</Transform>;
}

const BLANK = '\n ';
