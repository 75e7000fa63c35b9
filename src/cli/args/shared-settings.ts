/** Reads the settings of ~/.pflow/settings.json that belong to published pflow: keys, default model, allowed node types. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pflowHome } from '../../lib/home.js';
import { parseJson } from '../../workflow/format/parse-json.js';

/** The settings that both programs share. This program only reads them. */
export type SharedSettings = Readonly<{
  /** Values of `env`, by name: keys of providers, and values of workflow inputs of these names. */
  env: Readonly<Record<string, string>>;
  /** `llm.default_model`. */
  defaultModel: string | undefined;
  /** Whether `registry.nodes` excludes a node type. */
  denies(type: string): boolean;
}>;

/** Reads the settings. Never throws: `loadSettings` warns of a file that cannot be read. */
export function readSharedSettings(env: NodeJS.ProcessEnv = process.env): SharedSettings {
  const content = readFile(join(pflowHome(env), 'settings.json'));
  const model = table(content['llm'])['default_model'];
  const { allow, deny } = table(table(content['registry'])['nodes']);
  const [allowed, denied] = [patterns(allow), patterns(deny)];
  return {
    env: Object.fromEntries(
      Object.entries(table(content['env'])).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
    defaultModel: typeof model === 'string' && model.trim() !== '' ? model.trim() : undefined,
    denies: (type) => {
      const names = namesOf(type);
      const isAmong = (list: readonly RegExp[]) => list.some((each) => names.some((name) => each.test(name)));
      return isAmong(denied) || (Array.isArray(allow) && !isAmong(allowed));
    },
  };
}

/**
 * Sets the environment variables of `env` that are not set: keys and addresses of providers. A name in lower case is an
 * input of a workflow, and what decides how programs start is never taken from the file.
 */
export function applySharedEnv(env: NodeJS.ProcessEnv = process.env): void {
  for (const [name, value] of Object.entries(readSharedSettings(env).env)) {
    if (/^[A-Z][A-Z0-9_]*$/.test(name) && !UNSAFE.test(name) && value !== '') env[name] ??= value;
  }
}

const UNSAFE = /^(?:PATH|HOME|SHELL|IFS|ENV|BASH_ENV|NODE_OPTIONS|NODE_PATH|PFLOW_HOME|(?:LD|DYLD)_.*)$/;

/** The names under which published pflow lists a type: its own, and the Python module of its class. */
function namesOf(type: string): string[] {
  const module = type.replaceAll('-', '_');
  const folder = folders.find(([pattern]) => pattern.test(type))?.[1] ?? module;
  return [type, `pflow.nodes.${folder}.${module}`];
}

const folders: readonly (readonly [RegExp, string])[] = [
  [/^(?:read|write|copy|move|delete)-file$/, 'file'],
  [/^git-/, 'git'],
  [/^code$/, 'python'],
  [/^mcp-/, 'mcp'],
  [/^test/, 'test'],
];

function patterns(list: unknown): RegExp[] {
  const texts = Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
  return texts.map((text) => {
    const source = text
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.');
    return new RegExp(`^${source}$`);
  });
}

function readFile(path: string): Record<string, unknown> {
  try {
    return table(parseJson(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}

function table(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
