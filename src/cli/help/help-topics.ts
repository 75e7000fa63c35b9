/** Finds and reads the pages of the manual, the Markdown files of src/help (dist/help in the package). */
import { existsSync, readFileSync } from 'node:fs';
import { packageFile } from '../../lib/package-file.js';

/** Every topic, in the order in which `pflow help` lists them. */
export const helpTopics = [
  'start',
  'commands',
  'keys',
  'workflows',
  'offline',
  'models',
  'pricing',
  'traces',
  'insights',
  'spending',
  'programs',
  'nodes',
  'library',
  'settings',
  'privacy',
  'differences',
  'changes',
] as const;
export type HelpTopic = (typeof helpTopics)[number];

/** The Markdown of a page. */
export function readPage(topic: HelpTopic): string {
  return readFileSync(packageFile(...pagesFolder(), `${topic}.md`), 'utf8');
}

/** The first paragraph below a page's title: one sentence on what the page is about. */
export function summarizePage(page: string): string {
  return /^# .*\n\n(.+)\n/.exec(page)?.[1] ?? '';
}

/** In a clone the source is newer than a build; the package has only the build. */
function pagesFolder(): readonly string[] {
  return existsSync(packageFile('src', 'help')) ? ['src', 'help'] : ['dist', 'help'];
}
