import { expect, test } from 'vitest';
import { guarded } from '../../../src/nodes/custom/guarded.js';

test('loading a module that does not finish times out', async () => {
  await expect(guarded(() => new Promise(() => {}), 20)).rejects.toThrow('it is still loading after 20ms.');
});

test('process.exit during the loading of a module throws, and is restored afterwards', async () => {
  const { exit } = process;
  await expect(guarded(async () => process.exit(0))).rejects.toThrow('it calls process.exit while it loads.');
  expect(process.exit).toBe(exit);
  expect(await guarded(async () => ({ a: 1 }))).toEqual({ a: 1 });
});
