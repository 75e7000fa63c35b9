import { expect, test } from 'vitest';
import { guarded } from '../../../src/nodes/custom/guarded.js';

test('a module that never finishes loading is given up', async () => {
  await expect(guarded(() => new Promise(() => {}), 20)).rejects.toThrow('it is still loading after 20ms.');
});

test('a module cannot end the program while it loads, and the program still can', async () => {
  const { exit } = process;
  await expect(guarded(async () => process.exit(0))).rejects.toThrow('it calls process.exit while it loads.');
  expect(process.exit).toBe(exit);
  expect(await guarded(async () => ({ a: 1 }))).toEqual({ a: 1 });
});
