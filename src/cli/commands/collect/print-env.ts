/** The variables that make a program report to `pflow collect`. */

const common = (url: string): string[] => [
  `export OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
  'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
];

/** What to set for each program, as lines of a shell, by the programs' documentation of 2026. */
export const environments: Readonly<Record<string, (url: string) => readonly string[]>> = {
  claude: (url) => [
    ...common(url),
    'export CLAUDE_CODE_ENABLE_TELEMETRY=1 CLAUDE_CODE_ENHANCED_TELEMETRY_BETA=1',
    'export OTEL_TRACES_EXPORTER=otlp OTEL_LOGS_EXPORTER=otlp OTEL_METRICS_EXPORTER=otlp',
  ],
  codex: (url) => [
    '# In ~/.codex/config.toml:',
    '[otel]',
    `exporter = { otlp-http = { endpoint = "${url}/v1/logs", protocol = "json" } }`,
  ],
  gemini: (url) => [
    'export GEMINI_TELEMETRY_ENABLED=true GEMINI_TELEMETRY_TARGET=local',
    `export GEMINI_TELEMETRY_OTLP_ENDPOINT=${url} GEMINI_TELEMETRY_OTLP_PROTOCOL=http`,
    'export GEMINI_TELEMETRY_LOG_PROMPTS=false',
  ],
  opencode: (url) => [
    ...common(url),
    `export OPENCODE_CONFIG_CONTENT='{"experimental":{"openTelemetry":true}}'`,
    'export OTEL_BSP_SCHEDULE_DELAY=0',
  ],
  goose: common,
  copilot: (url) => [...common(url), 'export COPILOT_OTEL_ENABLED=true'],
  python: common,
  node: common,
  go: common,
};
