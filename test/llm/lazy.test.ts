import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('choosing a model and responding offline loads none of the AI SDK, tiktoken and zod', async () => {
  const { metafile } = await build({
    entryPoints: [
      'src/llm/select/choose-model.ts',
      'src/llm/providers/ai-sdk-models.ts',
      'src/llm/client/caller.ts',
      'src/llm/offline/offline-client.ts',
      'src/usage/estimate.ts',
    ],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
    outdir: 'unused',
    metafile: true,
  });
  const loaded = new Set<string>();
  const follow = (file: string): void => {
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement' || loaded.has(path)) continue;
      loaded.add(path);
      if (!external) follow(path);
    }
  };
  for (const { entryPoint } of Object.values(metafile.outputs)) if (entryPoint) follow(entryPoint);
  expect([...loaded].filter((path) => !path.startsWith('src/')).toSorted()).toEqual([
    'node:http',
    'node:timers/promises',
  ]);
});
