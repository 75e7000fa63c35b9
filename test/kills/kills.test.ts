import { expect, test } from 'vitest';
import { killAtRandomMoments } from './kill-rounds.js';

test('saved workflows, their versions, trust, settings and pruned traces are whole after a kill', async () => {
  await expect(killAtRandomMoments(3, 7)).resolves.toBe(3);
});
