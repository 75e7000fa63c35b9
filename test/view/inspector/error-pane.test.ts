import { expect, test } from 'vitest';
import { buildTrace } from '../../support/trace-builder.js';
import { TestScreen } from '../draw.js';

test('a propagated error names the span where it originated', () => {
  const error = {
    name: 'HttpError',
    message: 'No answer.',
    code: 'http',
    hint: 'Check the network.',
    stack: 'at f',
  };
  const events = buildTrace((t) =>
    t.stage(
      'workflow',
      () => {
        t.wait(20);
        t.node('fetch', { fails: error }, () => {
          t.phase(
            'exec',
            () => {
              t.attempt(1, () => void t.wait(10), { fails: 'Refused.' });
              t.attempt(2, () => void t.wait(30), { fails: error });
            },
            { fails: error },
          );
        });
      },
      { fails: error },
    ),
  );
  const at = new TestScreen(events, { columns: 80, rows: 20 }).press('enter', '0');
  expect(at.lines().slice(5, 13).join('\n')).toMatchInlineSnapshot(`
    " HttpError: No answer.
     where          workflow ▸ fetch ▸ exec ▸ attempt 2, at 00:00.0
     code           http
     hint           Check the network.

     stack
       at f
    "
  `);
});
