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
};

const tapped = {
  PFLOW_SPOOL: '/tmp/spool',
  NODE_OPTIONS: '--require /pflow/tap.cjs',
  TRACEPARENT: '00-aa-bb-01',
};

test('a program gets the tap, a trace context, and the base URLs of the providers whose keys it has', () => {
  const { env, notes } = createChildEnvironment(
    { PATH: '/bin', OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' },
    plan,
  );
  expect(env).toEqual({
    PATH: '/bin',
    OPENAI_API_KEY: 'a',
    ANTHROPIC_API_KEY: 'b',
    ...tapped,
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
  const { env, upstreams } = createChildEnvironment(given, plan);
  expect(env).toEqual({
    ...given,
    PFLOW_SPOOL: '/tmp/spool',
    NODE_OPTIONS: '--max-old-space-size=4096 --require /pflow/tap.cjs',
    OPENAI_BASE_URL: `${URL}/openai`,
  });
  expect(upstreams['openai']).toBe('https://llm.example/v1');
});

test('a known agent gets no base URL', () => {
  const given = { ANTHROPIC_API_KEY: 'b' };
  const { env, notes } = createChildEnvironment(given, { ...plan, command: '/usr/bin/claude' });
  expect(env).toEqual({ ...given, ...tapped });
  expect(notes).toEqual([]);
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
