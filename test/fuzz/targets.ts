/** The fuzz targets: each generates a case from a seed and uses it as the program would. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../src/cli/args/user-settings.js';
import { PflowError } from '../../src/lib/error.js';
import { readMcpServers } from '../../src/nodes/mcp/mcp-settings.js';
import { createRegistry } from '../../src/nodes/registry.js';
import { explainPrice } from '../../src/pricing/explain-price.js';
import { priceCall } from '../../src/pricing/price-call.js';
import { loadPrices } from '../../src/pricing/table/load-prices.js';
import { normalizeUsage } from '../../src/usage/normalize.js';
import { parseWireRequest } from '../../src/wire/wire-request.js';
import { parseWireResponse } from '../../src/wire/wire-response.js';
import { validateWorkflow } from '../../src/workflow/check/validate.js';
import { graphText } from '../../src/workflow/graph-text.js';
import { readSaved } from '../../src/workflow/library/saved-file.js';
import { readMarkdown } from '../../src/workflow/markdown/read-markdown.js';
import { testPrices } from '../support/prices.js';
import { mutateBytes, mutateJson, mutateText, type Random } from './random.js';
import { runOnDamaged } from './command-target.js';
import { importDamaged } from './import-target.js';
import { readDamagedLedger } from './ledger-target.js';
import { sendDamaged } from './server-target.js';
import { makeTrace, useTrace } from './trace-target.js';

/** Uses one case. Returns the problems of its output; rethrows the program's exceptions. */
type Target = (random: Random, folder: string) => string[] | Promise<string[]>;

const root = join(import.meta.dirname, '../..');
const types = createRegistry();

const shipped = readdirSync(join(root, 'src/workflow/shipped')).map((name) =>
  readFileSync(join(root, 'src/workflow/shipped', name), 'utf8'),
);
const graph = JSON.stringify({
  ir_version: '0.1.0',
  inputs: { file: { type: 'string', required: true, default: 'a.md' }, n: { type: 'int', default: 3 } },
  nodes: [
    { id: 'read', type: 'read-file', params: { file_path: '${file}' }, retry: { max: 2, wait: 1 } },
    {
      id: 'each',
      type: 'shell',
      batch: { items: '${read.lines}', as: 'it', parallel: true },
      params: { command: 'echo ${it}' },
    },
    {
      id: 'ask',
      type: 'llm',
      params: { prompt: 'Sum up ${each.results[0].stdout} in $${x} ${n}' },
      timeout: 5,
    },
    { id: 'query', type: 'json-query', params: { data: '${ask.response}', query: 'a[b > 1]' } },
  ],
  edges: [
    { from: 'read', to: 'each' },
    { from: 'each', to: 'ask', action: 'default' },
    { from: 'ask', to: 'query', action: 'error' },
    { from: 'query', to: 'read', action: 'again' },
  ],
  outputs: { answer: { source: '${ask.response}', description: 'The answer' } },
});
const markdown = `# Sum up

Reads a file.

## Inputs

### file

The file.

- type: string
- required: true

## Steps

### read

Reads it.

- type: read-file
- file_path: \${file}
- on error: ask

### ask

- type: llm
- timeout: 5

\`\`\`markdown prompt
Sum up \${read.content} in $\${x}.
\`\`\`

### run

- type: shell
- batch:
    items: [1, 2]

\`\`\`shell command
echo "\${item}"
\`\`\`

## Outputs

### answer

- source: \${ask.response}
`;

const workflows: Target = (random, folder) => {
  const text = random.pick([graph, ...shipped]);
  const json = random.chance(2)
    ? mutateText(text, random)
    : JSON.stringify(mutateJson(JSON.parse(text), random));
  const path = join(folder, 'workflow.json');
  writeFileSync(path, json ?? '');
  return checkWorkflow(() => readSaved(path, 'fuzzed').workflow);
};

const markdownWorkflows: Target = (random) =>
  checkWorkflow(() => readMarkdown(mutateText(markdown, random, 1 + random.below(6)), 'fuzzed').source);

function checkWorkflow(load: () => unknown): string[] {
  return check(() => {
    const { workflow } = validateWorkflow(load() as Record<string, unknown>, types);
    if (workflow) graphText(workflow, { columns: 60 });
  });
}

const priceFile = {
  models: {
    'openai/gpt-4.1': {
      input: 2,
      output: 8,
      cacheRead: 0.5,
      tiers: [{ above: 200_000, input: 4, output: 16 }],
    },
    'anthropic/*': { input: '3', output: 15, until: '2026-01-01' },
  },
  'claude-x': { input_cost_per_token: 0.000_003, output_cost_per_token: 0.000_015 },
};
const prices: Target = (random, folder) => {
  const path = join(folder, 'pricing.json');
  const text = JSON.stringify(priceFile, null, 2);
  writeFileSync(
    path,
    random.chance(2) ? mutateText(text, random) : (JSON.stringify(mutateJson(priceFile, random)) ?? ''),
  );
  return check(() => {
    const { prices: table } = loadPrices({ overridePath: path });
    for (const model of ['gpt-4.1', 'anthropic/claude-x', 'constructor', '__proto__'])
      explainPrice({ model, prices: table, input: 1000, output: 10 } as Parameters<typeof explainPrice>[0]);
  });
};

const settingsFile = {
  screen: {
    theme: 'dark',
    fps: 10,
    glyphs: 'ascii',
    mouse: true,
    keys: { quit: ['q', 'ctrl+x'], down: 'j' },
  },
  traces: { keep: 10, maxBytes: '2 GB' },
  confirm: 'always',
  mcpServers: {
    files: { command: 'npx', args: ['-y', '${HOME}'], env: { A: '${B}' }, timeout: 3 },
    web: { url: 'https://example.org/mcp', headers: { authorization: 'Bearer ${TOKEN}' } },
  },
};
const settings: Target = (random, folder) => {
  const text = JSON.stringify(settingsFile);
  const content = random.chance(2)
    ? mutateText(text, random)
    : (JSON.stringify(mutateJson(settingsFile, random)) ?? '');
  writeFileSync(join(folder, 'settings.json'), content);
  mkdirSync(join(folder, '.pflow'), { recursive: true });
  writeFileSync(join(folder, '.pflow', 'mcp.json'), content);
  return check(() => {
    loadSettings({ PFLOW_HOME: folder });
    readMcpServers({ env: { PFLOW_HOME: folder }, cwd: folder });
  });
};

const usages: readonly unknown[] = [
  {
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 3 },
    },
  },
  {
    usage: { input_tokens: 10, output_tokens: 5, cache_creation: { ephemeral_5m_input_tokens: 2 } },
    model: 'claude-sonnet-4-5',
  },
  {
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 4,
      thoughtsTokenCount: 2,
      totalTokenCount: 16,
    },
  },
  { inputTokens: { total: 5, noCache: 4 }, outputTokens: { total: 2, reasoning: 1 } },
  [
    { type: 'message_start', message: { usage: { input_tokens: 3 } } },
    { type: 'message_delta', usage: { output_tokens: 9 } },
  ],
  { modelUsage: { 'claude-x': { inputTokens: 3, outputTokens: 1, costUSD: 0.1 } }, total_cost_usd: 0.1 },
];
const usage: Target = (random) =>
  check(() => {
    const normalized = normalizeUsage(mutateJson(random.pick(usages), random), {
      provider: random.pick(['openai', 'constructor']),
    });
    for (const model of ['gpt-4.1', 'claude-sonnet-4-5', '__proto__', ''])
      priceCall(normalized, {
        model: model || 'unknown',
        provider: random.pick(['openai', 'toString']),
        prices: testPrices,
      });
  });

const streams = [
  'data: {"id":"a","model":"gpt-4.1","choices":[{"delta":{"content":"hi"}}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}\n\ndata: [DONE]\n\n',
  'event: message_start\ndata: {"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":3}}}\n\nevent: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}\n\n',
  '{"model":"llama","response":"a","done":false}\n{"model":"llama","done":true,"prompt_eval_count":3,"eval_count":4}\n',
  '{"error":{"message":"no","type":"rate_limit","code":429}}',
];
const wire: Target = (random) =>
  check(() => {
    const body = Buffer.from(mutateText(random.pick(streams), random));
    const asked = {
      model: 'gpt-4.1',
      stream: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }],
      tools: [{ type: 'function', function: { name: 'f' } }],
    };
    const request = parseWireRequest({
      method: 'POST',
      url: random.pick([
        'https://api.openai.com/v1/chat/completions',
        'https://api.anthropic.com/v1/messages',
        'http://localhost:11434/api/chat',
      ]),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(mutateJson(asked, random)) ?? ''),
    } as Parameters<typeof parseWireRequest>[0]);
    if (request === undefined) return;
    const type = random.pick([
      'text/event-stream',
      'application/json',
      'application/x-ndjson',
      'application/vnd.amazon.eventstream',
      '',
    ]);
    parseWireResponse(
      {
        status: random.pick([200, 429]),
        headers: { 'content-type': type },
        body: random.chance(2) ? mutateBytes(body, random) : body,
        complete: true,
      },
      request,
    );
  });

const traces: Target = (random, folder) => checkAsync(() => useTrace(makeTrace(random), folder, random));

const imports: Target = (random, folder) => checkAsync(() => importDamaged(random, folder));

const cliCommands: Target = (random, folder) => checkAsync(() => runOnDamaged(random, folder));

async function checkAsync(work: () => Promise<string[]>): Promise<string[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PflowError) return [];
    throw error;
  }
}

const ledger: Target = (random, folder) => readDamagedLedger(random, folder);

/** A PflowError is a correct result. */
function check(work: () => void): string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof PflowError)) throw error;
  }
  return [];
}

/** Every target by its name. */
export const targets: Readonly<Record<string, Target>> = {
  traces,
  imports,
  commands: cliCommands,
  ledgers: ledger,
  workflows,
  markdown: markdownWorkflows,
  prices,
  requests: sendDamaged,
  settings,
  usage,
  wire,
};

/** Maximum duration of a case in ms of CPU time, because the machine may be busy. */
const LONGEST_CASE = 2000;

/** Runs one case in a separate folder. Returns its problems and never throws. */
export async function runCase(target: string, random: Random): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-fuzz-'));
  const started = process.cpuUsage();
  try {
    const problems = await targets[target]!(random, folder);
    if (Object.hasOwn(Object.prototype, 'polluted'))
      problems.push('the prototype of all objects was changed');
    const { user, system } = process.cpuUsage(started);
    const ms = (user + system) / 1000;
    return ms > LONGEST_CASE ? [...problems, `it took ${Math.round(ms)} ms of CPU`] : problems;
  } catch (error) {
    return [error instanceof Error ? String(error.stack) : `it threw ${String(error)}`];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
