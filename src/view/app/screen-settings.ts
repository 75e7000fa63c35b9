/** Settings of the screen in ~/.pflow/settings.json. */

import { plural } from '../../lib/text/format.js';
import { nearest } from '../../lib/text/nearest.js';
import type { GlyphSet } from '../base/glyphs.js';
import { readKeys, type KeyOverrides } from '../keys/key-bindings.js';
import { contextPlaces, type ContextPlace } from '../base/layout.js';
import { listStyleNames, type StyleName, type Theme } from '../base/theme.js';

/** `auto` and `high-contrast` query the terminal for its background. */
export type ThemeSetting = Theme | 'high-contrast' | 'auto';

/** The user's screen settings. */
export type Settings = Readonly<{
  theme: ThemeSetting;
  /** The user's own colours by style, as `#rrggbb`. */
  colors: Readonly<Partial<Record<StyleName, string>>>;
  /** `auto` is ASCII where the terminal or its locale is known to lack Unicode. */
  glyphs: GlyphSet | 'auto';
  /** Overridden keys by action. */
  keys: KeyOverrides;
  /** Maximum frame rate during a run, 1 to 60 Hz. Key presses render immediately. */
  fps: number;
  /** Whether mouse support starts enabled. */
  mouse: boolean;
  /** Whether the terminal title shows the status of the run, with a bell and a notification at its end. */
  notify: boolean;
  /** Whether screen-reader mode replaces the screen with plain sentences. */
  screenReader: boolean;
  /** Where the context pane is. */
  context: ContextPlace;
}>;

/** Default settings. */
export const defaultSettings: Settings = {
  theme: 'auto',
  colors: {},
  glyphs: 'auto',
  keys: {},
  fps: 10,
  mouse: false,
  notify: true,
  screenReader: false,
  context: 'auto',
};

/** Parses settings: valid ones apply, invalid ones produce a warning and keep the default. Never throws; text that is not JSON is passed as is. */
export function readSettings(source: unknown): { settings: Settings; warnings: readonly string[] } {
  if (source === undefined) return { settings: defaultSettings, warnings: [] };
  const found = typeof source === 'string' ? parsed(source) : source;
  if (!isRecord(found))
    return {
      settings: defaultSettings,
      warnings: [
        found instanceof SyntaxError
          ? `The settings are not JSON: ${found.message}`
          : 'The settings must be one JSON object, such as {"theme": "light"}.',
      ],
    };
  const warnings: string[] = [];
  const keys = readKeys(isRecord(found['keys']) ? found['keys'] : {});
  const colors = readColours(isRecord(found['colors']) ? found['colors'] : {});
  const settings: Record<string, unknown> = { ...defaultSettings, keys: keys.keys, colors: colors.colors };
  for (const [name, value] of Object.entries(found)) {
    const rule = Object.hasOwn(rules, name) ? rules[name as keyof Settings] : undefined;
    if (!rule) warnings.push(unknownName(name));
    else if (!rule.fits(value)) warnings.push(`${name} must be ${rule.says}, and is ${shown(value)}.`);
    else if (name !== 'keys' && name !== 'colors') settings[name] = value;
  }
  return { settings: settings as Settings, warnings: [...warnings, ...keys.warnings, ...colors.warnings] };
}

type Rule = Readonly<{ says: string; fits: (value: unknown) => boolean }>;

const rules: Readonly<Record<keyof Settings, Rule>> = {
  theme: oneOf('dark', 'light', 'high-contrast', 'auto'),
  colors: { says: 'an object of styles and their colours', fits: isRecord },
  glyphs: oneOf('unicode', 'ascii', 'auto'),
  keys: { says: 'an object of actions and their keys', fits: isRecord },
  fps: {
    says: 'a number from 1 to 60',
    fits: (value) => typeof value === 'number' && value >= 1 && value <= 60,
  },
  mouse: { says: 'true or false', fits: isBoolean },
  notify: { says: 'true or false', fits: isBoolean },
  screenReader: { says: 'true or false', fits: isBoolean },
  context: oneOf(...contextPlaces),
};

/** The user's own colours; one that cannot be used is a warning. */
function readColours(source: Readonly<Record<string, unknown>>): {
  colors: Settings['colors'];
  warnings: readonly string[];
} {
  const names = listStyleNames();
  const colors: Partial<Record<StyleName, string>> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(source)) {
    const style = names.find((each) => each === name);
    if (style === undefined) {
      const hint = nearest(name, names, 1)[0];
      warnings.push(
        `There is no style 'colors.${name}'. ${hint ? `Did you mean 'colors.${hint}'?` : `There are: ${names.join(', ')}.`}`,
      );
    } else if (typeof value !== 'string' || !/^#[\da-f]{6}$/i.test(value))
      warnings.push(`colors.${name} must be a colour such as "#56b4e9", and is ${shown(value)}.`);
    else colors[style] = value.toLowerCase();
  }
  return { colors, warnings };
}

function oneOf(...words: readonly string[]): Rule {
  return {
    says: words.map((word) => `"${word}"`).join(', '),
    fits: (value) => typeof value === 'string' && words.includes(value),
  };
}

function unknownName(name: string): string {
  const hint = nearest(name, Object.keys(rules), 1)[0];
  return `There is no setting '${name}'. ${hint ? `Did you mean '${hint}'?` : `There are: ${Object.keys(rules).join(', ')}.`}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length <= 40 ? text : `a value of ${plural(text.length, 'character')}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}
