import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../../support/cli.js';

/** Records every file that a process opens or reads in `opened.txt`, one path per line. */
const preload = (log: string) => `
  const fs = require('node:fs');
  const append = fs.appendFileSync;
  const open = fs.openSync;
  let noting = false;
  const note = (path) => {
    if (noting) return;
    noting = true;
    append(${JSON.stringify(log)}, String(path) + '\\n');
    noting = false;
  };
  for (const [owner, name] of [[fs, 'openSync'], [fs, 'readFileSync'], [fs, 'open'], [fs.promises, 'open']]) {
    const original = owner[name];
    owner[name] = function (path, ...rest) {
      if (typeof path === 'string') note(path);
      return original.call(this, path, ...rest);
    };
  }
  require('node:module').syncBuiltinESMExports();
`;

/** Counts how often a command opens or reads a file whose path has this ending. */
async function opens(place: Workspace, args: readonly string[], ending: string): Promise<number> {
  const log = place.write('opened.txt', '');
  const hook = place.write('hook.cjs', preload(log));
  const { code } = await place.pflow(args, { env: { NODE_OPTIONS: `--require ${hook}` } });
  expect(code).toBe(0);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((path) => path.endsWith(ending)).length;
}

test('a run reads its workflow file once', async () => {
  const place = workspace();
  place.write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  expect(await opens(place, ['-p', 'wf.json'], 'wf.json')).toBe(1);
});

test('`trace show` opens the trace once', async () => {
  const place = workspace();
  place.write('wf.json', { nodes: [{ id: 'say', type: 'echo', params: { message: 'hello' } }] });
  expect((await place.pflow(['-p', 'wf.json'])).code).toBe(0);
  const [trace] = place.traces();
  expect(await opens(place, ['trace', 'show', 'latest'], trace!)).toBe(1);
});
