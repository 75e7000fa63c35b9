/** Finds the Markdown files that users and contributors read. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** README.md, the pages of the manual and those about the code, as paths relative to the repository root. */
export function manualPages(): string[] {
  return ['', 'src/', 'src/help/', 'test/', '.github/'].flatMap((folder) =>
    existsSync(repositoryFile(folder))
      ? readdirSync(repositoryFile(folder))
          .filter((name) => name.endsWith('.md'))
          .map((name) => folder + name)
      : [],
  );
}

export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
