/** Finds out which third-party packages a process of the built program has loaded. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a process with the given environment and returns the packages in the files of dist that it loaded, by the bundler's metadata. */
export async function loadedPackages(
  start: (env: Readonly<Record<string, string>>) => Promise<unknown>,
): Promise<string[]> {
  const coverage = mkdtempSync(join(tmpdir(), 'pflow-loaded-'));
  try {
    await start({ NODE_V8_COVERAGE: coverage });
    const urls = readdirSync(coverage).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(coverage, name), 'utf8')) as {
        result: { url: string }[];
      };
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    });
    const { outputs } = JSON.parse(readFileSync(join(root, 'dist/metafile.json'), 'utf8')) as {
      outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
    };
    const inputs = urls.flatMap((url): [path: string, input: { bytesInOutput: number }][] => {
      const path = fileURLToPath(url);
      const output = outputs[relative(root, path).replaceAll('\\', '/')];
      return output ? Object.entries(output.inputs) : [[path, { bytesInOutput: 1 }]];
    });
    const packages = inputs.flatMap(([path, { bytesInOutput }]) => {
      const name = /^.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1];
      return name !== undefined && bytesInOutput > 0 ? [name] : [];
    });
    return [...new Set(packages)].sort();
  } finally {
    rmSync(coverage, { recursive: true });
  }
}
