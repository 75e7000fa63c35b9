/** Reads ~/.pflow/settings.json and applies command-line flags over it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/error.js';
import { pflowHome } from '../../lib/home.js';
import { nearest } from '../../lib/text/nearest.js';
import type { Warning } from '../../profile/analysis/warnings.js';
import { KEEP_TRACE_BYTES, KEEP_TRACES, type PruneLimits } from '../../trace/files/prune-traces.js';
import {
  defaultSettings,
  readSettings,
  type Settings as ScreenSettings,
} from '../../view/app/screen-settings.js';
import { parseJson } from '../../workflow/format/parse-json.js';
import { parseBytes } from './byte-size.js';
import { readSessionSettings, sessionSettingNames, type SessionSettings } from './session-settings.js';
import type { ConfirmWhen } from '../plan-review/confirm-plan.js';
import { readNotificationCommands, type NotificationCommands } from './notification-settings.js';
import type { ScreenOptions } from './run-options.js';

/** How many traces, and how many bytes of them, are kept. */
export type TraceLimits = Pick<PruneLimits, 'keep' | 'maxBytes'>;

/** The settings of ~/.pflow/settings.json, with defaults filled in. */
export type Settings = Readonly<{
  screen: ScreenSettings;
  traces: TraceLimits;
  /** Which session logs of coding agents are read. */
  sessions: SessionSettings;
  /** Which planned workflows are confirmed before they run. */
  confirm: ConfirmWhen;
  /** Commands that are run when something happens to a run. */
  notifications: NotificationCommands;
  /** One sentence for each setting that could not be used; its default applies. */
  warnings: readonly string[];
}>;

/** Reads the settings file. Never throws; a missing file gives no warning. */
export function loadSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const path = join(pflowHome(env), 'settings.json');
  let content: unknown;
  try {
    content = parseJson(readFileSync(path, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const warnings = missing ? [] : [`${path} cannot be read: ${messageOf(error)}`];
    return {
      screen: defaultSettings,
      traces: usualLimits,
      sessions: readSessionSettings({}).settings,
      confirm: 'effects',
      notifications: {},
      warnings,
    };
  }
  const { traces, confirm, on, rest } = isRecord(content)
    ? split(content)
    : { traces: undefined, confirm: undefined, on: undefined, rest: content };
  const screen = readSettings(rest);
  const limits = readLimits(traces);
  const notifications = readNotificationCommands(on);
  const sessions = readSessionSettings(isRecord(traces) ? traces : {});
  return {
    screen: screen.settings,
    traces: limits.limits,
    sessions: sessions.settings,
    confirm: confirm === 'always' ? 'always' : 'effects',
    notifications: notifications.commands,
    warnings: [
      ...screen.warnings,
      ...limits.warnings,
      ...sessions.warnings,
      ...confirmWarnings(confirm),
      ...notifications.warnings,
    ].map((warning) => `${path}: ${warning}`),
  };
}

/** What could not be used of the settings, as warnings of a run. */
export function warningsOfSettings({ warnings }: Settings): Warning[] {
  return warnings.map((message) => ({ code: 'setting_unknown', message }));
}

/** The screen settings, overridden by command-line flags. */
export function withFlags(
  settings: ScreenSettings,
  { theme, glyphs, fps, mouse }: ScreenOptions,
): ScreenSettings {
  return {
    ...settings,
    ...(theme === undefined ? {} : { theme }),
    ...(glyphs === undefined ? {} : { glyphs }),
    ...(fps === undefined ? {} : { fps }),
    ...(mouse === undefined ? {} : { mouse }),
  };
}

const usualLimits: TraceLimits = { keep: KEEP_TRACES, maxBytes: KEEP_TRACE_BYTES };

/** Sections of the file that are read elsewhere, or belong to published pflow. */
const elsewhere = new Set(['mcpServers', 'nodes', 'budgets', 'version', 'registry', 'runtime', 'llm', 'env']);

function split({ traces, confirm, on, ...others }: Fields): {
  traces: unknown;
  confirm: unknown;
  on: unknown;
  rest: Fields;
} {
  const { screen, ...top } = others;
  const rest = Object.entries(top).filter(([name]) => !elsewhere.has(name));
  // The section that the screen itself writes takes precedence over what was set outside it.
  return { traces, confirm, on, rest: { ...Object.fromEntries(rest), ...(isRecord(screen) ? screen : {}) } };
}

function confirmWarnings(when: unknown): string[] {
  if (when === undefined || when === 'effects' || when === 'always') return [];
  return ['confirm must be "effects" or "always".'];
}

function readLimits(source: unknown): { limits: TraceLimits; warnings: string[] } {
  if (source === undefined) return { limits: usualLimits, warnings: [] };
  if (!isRecord(source))
    return {
      limits: usualLimits,
      warnings: ['traces must be an object such as {"keep": 1000, "maxSize": "2GB"}.'],
    };
  const { keep, maxSize, ...others } = source;
  const warnings = Object.keys(others)
    .filter((name) => !sessionSettingNames.includes(name))
    .map(unknownLimit);
  const maxBytes = bytesIn(maxSize);
  if (keep !== undefined && !isCount(keep)) warnings.push('traces.keep must be a whole number from 1.');
  if (maxSize !== undefined && maxBytes === undefined)
    warnings.push('traces.maxSize must be a size such as "2GB".');
  return {
    limits: {
      keep: isCount(keep) ? keep : usualLimits.keep,
      maxBytes: maxBytes ?? usualLimits.maxBytes,
    },
    warnings,
  };
}

function unknownLimit(name: string): string {
  const names = ['keep', 'maxSize', ...sessionSettingNames];
  const [hint] = nearest(name, names, 1);
  return `There is no setting 'traces.${name}'. ${hint ? `Did you mean 'traces.${hint}'?` : `There are: ${names.join(', ')}.`}`;
}

function bytesIn(size: unknown): number | undefined {
  return typeof size === 'string' || typeof size === 'number' ? parseBytes(String(size)) : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
