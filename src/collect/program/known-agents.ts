/** Lists the coding agents that report their calls by telemetry, and what enables it. */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** What enables the telemetry of an agent, given the endpoint of OTLP over HTTP. */
export type KnownAgent = Readonly<{
  title: string;
  telemetry: (endpoint: string) => Readonly<Record<string, string>>;
  /** The variables that put prompts and responses into it. */
  content: Readonly<Record<string, string>>;
  /** Arguments to put before those of the user, for an agent that reads no variables. */
  args?: (endpoint: string, content: boolean) => readonly string[];
  /** Whether the user has configured its telemetry in a file, which the arguments would override. */
  isConfigured?: (env: Readonly<Record<string, string | undefined>>) => boolean;
}>;

const exporters = {
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_LOGS_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'otlp',
};

const none = {};

/** By the name of the command. The variables are those of the agents' own documentation on monitoring, 2026. */
const agents: Readonly<Record<string, KnownAgent>> = {
  claude: {
    title: 'Claude Code',
    telemetry: () => ({
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
      ...exporters,
      OTEL_LOGS_EXPORT_INTERVAL: '1000',
      OTEL_TRACES_EXPORT_INTERVAL: '1000',
    }),
    content: { OTEL_LOG_USER_PROMPTS: '1', OTEL_LOG_TOOL_DETAILS: '1', OTEL_LOG_TOOL_CONTENT: '1' },
  },
  gemini: {
    title: 'Gemini CLI',
    telemetry: (endpoint) => ({
      GEMINI_TELEMETRY_ENABLED: 'true',
      GEMINI_TELEMETRY_TARGET: 'local',
      GEMINI_TELEMETRY_OTLP_ENDPOINT: endpoint,
      GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
      // On by default.
      GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
    }),
    content: { GEMINI_TELEMETRY_LOG_PROMPTS: 'true', GEMINI_TELEMETRY_TRACES_ENABLED: 'true' },
  },
  opencode: {
    title: 'opencode',
    telemetry: () => ({
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ experimental: { openTelemetry: true } }),
      // It exits without waiting for the last batch.
      OTEL_BSP_SCHEDULE_DELAY: '0',
    }),
    content: none,
  },
  copilot: {
    title: 'GitHub Copilot CLI',
    telemetry: () => ({ COPILOT_OTEL_ENABLED: 'true' }),
    content: { COPILOT_OTEL_CAPTURE_CONTENT: 'true' },
  },
  goose: { title: 'goose', telemetry: () => none, content: none },
  codex: {
    title: 'Codex',
    telemetry: () => none,
    content: none,
    args: (endpoint, content) => [
      '-c',
      `otel.exporter=${codexExporter(`${endpoint}/v1/logs`)}`,
      '-c',
      `otel.trace_exporter=${codexExporter(`${endpoint}/v1/traces`)}`,
      ...(content ? ['-c', 'otel.log_user_prompt=true'] : []),
    ],
    isConfigured: (env) =>
      /^\s*(?:\[otel\b|otel\.)/m.test(
        readText(join(env['CODEX_HOME'] || join(env['HOME'] || homedir(), '.codex'), 'config.toml')),
      ),
  },
};

/** As a value of TOML. */
function codexExporter(endpoint: string): string {
  return `{otlp-http={endpoint="${endpoint}",protocol="json"}}`;
}

/** The content of a file; empty where it cannot be read. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The agent that a command starts; undefined for any other program. */
export function findAgent(command: string): KnownAgent | undefined {
  const name = basename(command).replace(/\.(?:exe|cmd|ps1|js|mjs|cjs)$/i, '');
  return Object.hasOwn(agents, name) ? agents[name] : undefined;
}
