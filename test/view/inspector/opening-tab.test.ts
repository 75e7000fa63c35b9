/** The tab on which the inspector opens. */
import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

test.each(['1', '2', '3'])(
  'in view %s a failed node opens on its error, any other one on its overview',
  (view) => {
    const events = buildTrace((t) => {
      const stage = t.open('stage', 'workflow');
      const [good, bad] = ['good', 'bad'].map((name) => t.open('node', name, { parent: stage }));
      t.wait(20).close(good!);
      t.wait(100).close(bad!, { fails: 'exit code 3' });
      t.wait(1).close(stage);
    });
    const open = (name: string) => {
      const screen = new TestScreen(events).press(view, 'g');
      // In the flame graph the row is below the root and the stage.
      for (
        let i = 0;
        i < 6 && !screen.lines().some((line) => line.includes(`${name} `) && line.includes('❯'));
        i++
      )
        screen.press('j');
      return screen.press('enter').ui;
    };
    if (view !== '2') {
      expect(open('bad').tab).toBe('Error');
      expect(open('good').tab).toBe('Overview');
    } else {
      const screen = new TestScreen(events).press('r', view, 'enter', 'enter');
      expect(screen.ui.tab).toBe('Error');
    }
  },
);
