import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createChildEnvironment, type ObservationPlan } from '../../src/collect/program/child-environment.js';

const URL = 'http://127.0.0.1:4000/secret';

const plan: ObservationPlan = {
  command: 'python',
  url: URL,
  tapFile: '/pflow/tap.cjs',
  spoolFolder: '/tmp/spool',
  traceparent: '00-aa-bb-01',
  gateway: false,
  content: false,
};

const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: URL, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };

const tapped = {
  PFLOW_SPOOL: '/tmp/spool',
  NODE_OPTIONS: '--require /pflow/tap.cjs',
  TRACEPARENT: '00-aa-bb-01',
};

test('a program gets the tap, a trace context, the telemetry endpoint, and the base URLs of the providers whose keys it has', () => {
  const { env, notes } = createChildEnvironment(
    { PATH: '/bin', OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' },
    plan,
  );
  expect(env).toEqual({
    PATH: '/bin',
    OPENAI_API_KEY: 'a',
    ANTHROPIC_API_KEY: 'b',
    ...tapped,
    ...telemetry,
    OPENAI_BASE_URL: `${URL}/openai/v1`,
    OPENAI_API_BASE: `${URL}/openai/v1`,
    ANTHROPIC_BASE_URL: `${URL}/anthropic`,
  });
  expect(notes).toEqual([]);
});

test('what the user has set is kept: options of Node, a base URL, a trace context, an endpoint for telemetry', () => {
  const given = {
    NODE_OPTIONS: '--max-old-space-size=4096',
    OPENAI_API_KEY: 'a',
    OPENAI_BASE_URL: 'https://llm.example/v1',
    TRACEPARENT: '00-cc-dd-01',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otel.example/api/',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://logs.example/in',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=x',
  };
  const { env, upstreams, forwardTo } = createChildEnvironment(given, plan);
  expect(env).toEqual({
    ...given,
    PFLOW_SPOOL: '/tmp/spool',
    NODE_OPTIONS: '--max-old-space-size=4096 --require /pflow/tap.cjs',
    OPENAI_BASE_URL: `${URL}/openai`,
    OTEL_EXPORTER_OTLP_ENDPOINT: URL,
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${URL}/v1/logs`,
  });
  expect(upstreams['openai']).toBe('https://llm.example/v1');
  expect(forwardTo).toEqual({
    traces: 'https://otel.example/api/v1/traces',
    logs: 'https://logs.example/in',
    metrics: 'https://otel.example/api/v1/metrics',
  });
});

test('a known agent gets its telemetry and no base URL, and no recording of prompts without --content', () => {
  const given = { ANTHROPIC_API_KEY: 'b', OTEL_METRICS_EXPORTER: 'none' };
  const { env, notes } = createChildEnvironment(given, { ...plan, command: '/usr/bin/claude' });
  expect(env).toEqual({
    ...given,
    ...tapped,
    ...telemetry,
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORT_INTERVAL: '1000',
    OTEL_TRACES_EXPORT_INTERVAL: '1000',
  });
  expect(notes).toEqual([]);
  const started = (command: string, content = false) =>
    createChildEnvironment({ OPENAI_API_KEY: 'a', CODEX_HOME: '/none' }, { ...plan, command, content });
  const common = { OPENAI_API_KEY: 'a', CODEX_HOME: '/none', ...tapped, ...telemetry };
  expect(started('gemini').env).toEqual({
    ...common,
    GEMINI_TELEMETRY_ENABLED: 'true',
    GEMINI_TELEMETRY_TARGET: 'local',
    GEMINI_TELEMETRY_OTLP_ENDPOINT: URL,
    GEMINI_TELEMETRY_OTLP_PROTOCOL: 'http',
    GEMINI_TELEMETRY_LOG_PROMPTS: 'false',
  });
  expect(started('opencode').env).toEqual({
    ...common,
    OPENCODE_CONFIG_CONTENT: '{"experimental":{"openTelemetry":true}}',
    OTEL_BSP_SCHEDULE_DELAY: '0',
  });
  expect(started('goose').env).toEqual(common);
  expect(started('copilot').env).toEqual({ ...common, COPILOT_OTEL_ENABLED: 'true' });
  expect(started('codex')).toMatchObject({
    env: common,
    args: [
      '-c',
      `otel.exporter={otlp-http={endpoint="${URL}/v1/logs",protocol="json"}}`,
      '-c',
      `otel.trace_exporter={otlp-http={endpoint="${URL}/v1/traces",protocol="json"}}`,
    ],
  });
  expect(started('codex', true).args.at(-1)).toBe('otel.log_user_prompt=true');
  expect(started('gemini', true).env['GEMINI_TELEMETRY_LOG_PROMPTS']).toBe('true');
  expect(started('copilot', true).env['COPILOT_OTEL_CAPTURE_CONTENT']).toBe('true');
});

test('telemetry that is configured in the file of an agent is not overridden by arguments', () => {
  const home = mkdtempSync(join(tmpdir(), 'codex-'));
  writeFileSync(join(home, 'config.toml'), 'model = "o3"\n[otel]\nexporter = "none"\n');
  const { args, notes } = createChildEnvironment({ CODEX_HOME: home }, { ...plan, command: 'codex' });
  expect(args).toEqual([]);
  expect(notes).toEqual([expect.stringContaining('Codex is configured')]);
});

test('telemetry over gRPC, which the user chose, is left alone and noted', () => {
  const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4317' };
  const { env, notes, forwardTo } = createChildEnvironment(grpc, plan);
  expect(env).toEqual({ ...grpc, ...tapped });
  expect(notes).toEqual([expect.stringContaining('gRPC')]);
  expect(forwardTo).toEqual({});
});

test('--gateway directs a known agent to the gateway, and a note describes the change', () => {
  const { env, notes } = createChildEnvironment(
    { ANTHROPIC_API_KEY: 'b' },
    { ...plan, command: 'claude', gateway: true },
  );
  expect(env['ANTHROPIC_BASE_URL']).toBe(`${URL}/anthropic`);
  expect(notes).toEqual([
    expect.stringMatching(/^Claude Code is directed to the gateway \(ANTHROPIC_BASE_URL\)/),
  ]);
});

test('a proxy, which would be used for loopback as well, leaves only the tap', () => {
  const proxied = { HTTPS_PROXY: 'http://proxy:3128', OPENAI_API_KEY: 'a' };
  const second = createChildEnvironment(proxied, plan);
  expect(second.env).toEqual({ ...proxied, ...tapped });
  expect(second.notes).toEqual([expect.stringContaining('NO_PROXY')]);
  const excluded = createChildEnvironment({ ...proxied, NO_PROXY: 'localhost,127.0.0.1' }, plan);
  expect(excluded.env['OPENAI_BASE_URL']).toBe(`${URL}/openai/v1`);
});

test("the tap's path is quoted as NODE_OPTIONS needs it", () => {
  const { env } = createChildEnvironment({}, { ...plan, tapFile: '/my "own" files/tap.cjs' });
  expect(env['NODE_OPTIONS']).toBe(String.raw`--require "/my \"own\" files/tap.cjs"`);
});
