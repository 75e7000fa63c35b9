/** Saves a choice made on the screen in ~/.pflow/settings.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { pflowHome } from '../../lib/home.js';
import { writeAtomically } from '../../lib/private-files.js';
import { setJsonMember } from './edit-json.js';

/** Sets `screen.<name>`: see saveSetting. */
export function saveScreenSetting(
  name: string,
  value: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  return saveSetting('screen', name, value, env);
}

/**
 * Sets a member of a section of the settings and keeps every other byte of the file, which other programs share. Returns why it
 * could not be saved, as a sentence; undefined when it was.
 */
export function saveSetting(
  section: 'screen' | 'traces',
  name: string,
  value: string,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const path = join(pflowHome(env), 'settings.json');
  try {
    const text = readSettingsText(path);
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null || Array.isArray(content))
      return `${path} is not a JSON object.`;
    writeAtomically(path, setJsonMember(text, section, name, value));
    return undefined;
  } catch (error) {
    return `${path}: ${messageOf(error)}`;
  }
}

/** An object without members if there is no file yet. */
function readSettingsText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}\n';
    throw error;
  }
}
