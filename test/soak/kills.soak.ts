import { expect, test } from 'vitest';
import { killAtRandomMoments } from '../kills/kill-rounds.js';

test('every file is whole after each of a hundred kills', async () => {
  await expect(killAtRandomMoments(100, 1)).resolves.toBe(100);
});
