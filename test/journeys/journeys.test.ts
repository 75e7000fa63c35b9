/** What six users do with pflow, who have read nothing but the README. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workspace, type Workspace } from '../support/cli.js';
import { replayJourney } from '../support/journey.js';
import { chatChunks, json, serve, stream } from '../support/llm-server.js';

/**
 * Runs a batch of three summaries at a server, whose usage grows with the prompt, as often as there are versions of the prompt, and
 * keeps the traces and the ledger.
 */
async function keepRuns(place: Workspace, prompts: readonly string[]): Promise<void> {
  const { url } = await serve((response, request) => {
    const size = JSON.stringify(request.body['messages']).length;
    const usage = { prompt_tokens: 100 * size, completion_tokens: 50, total_tokens: 100 * size + 50 };
    return stream(chatChunks('A summary.', { model: 'gpt-5-mini', usage }))(response, request);
  });
  const env = { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-test-0000000000000000' };
  for (const prompt of prompts) {
    place.write('digest.json', {
      nodes: [
        {
          id: 'summarize',
          type: 'llm',
          batch: { items: ['one', 'two', 'three'], as: 'text' },
          params: { prompt: `${prompt} \${text}` },
        },
      ],
    });
    const { code } = await place.pflow(['-p', '--model', 'openai/gpt-5-mini', 'digest.json'], { env });
    expect(code).toBe(0);
  }
}

test('a workflow author finds out why a batch costs twice what it did', async () => {
  const place = workspace();
  await keepRuns(place, [
    'Summarize this in one sentence.',
    'Summarize this in one sentence. Keep the names, the dates, and whatever else a reader may want to know.',
  ]);
  await expect(
    replayJourney(
      place,
      `
    $ pflow tui --trace latest
    = summarize ×3
    > D
    = +103 %
    = + Summarize this in one sentence. Keep the names
    `,
    ),
  ).resolves.toBeUndefined();
});

test('a user with a Python script sees its calls', async () => {
  const { url } = await serve(
    json(200, {
      model: 'gpt-5-mini',
      choices: [{ message: { content: 'It is warm.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 800, completion_tokens: 200, total_tokens: 1000 },
    }),
  );
  const place = workspace();
  const hasPython = spawnSync('python3', ['--version']).status === 0;
  // What the SDK of the provider sends, without the SDK.
  place.write(
    'app.py',
    `import json, os, urllib.request
body = json.dumps({'model': 'gpt-5-mini', 'messages': [{'role': 'user', 'content': 'How is the weather?'}]})
url = os.environ['OPENAI_BASE_URL'] + '/chat/completions'
headers = {'content-type': 'application/json', 'authorization': 'Bearer ' + os.environ['OPENAI_API_KEY']}
answer = urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers)).read()
print(json.loads(answer)['choices'][0]['message']['content'])
`,
  );
  place.write(
    'app.mjs',
    `const { OPENAI_BASE_URL, OPENAI_API_KEY } = process.env;
const body = JSON.stringify({ model: 'gpt-5-mini', messages: [{ role: 'user', content: 'How is the weather?' }] });
const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + OPENAI_API_KEY };
const answer = await (await fetch(OPENAI_BASE_URL + '/chat/completions', { method: 'POST', body, headers })).json();
console.log(answer.choices[0].message.content);
`,
  );
  await expect(
    replayJourney(
      place,
      `
    $ pflow tui -- ${hasPython ? 'python3 app.py' : 'node app.mjs'}
    = 1,000 tok
    > 4
    = gpt-5-mini
    > ⏎
    = 5 Prompt
    > 5
    = How is the weather?
    > q
    = It is warm.
    `,
      { env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'sk-test-0000000000000000' } },
    ),
  ).resolves.toBeUndefined();
});

test('an on-call engineer opens the trace of a failed run', async () => {
  const place = workspace();
  copyFileSync(
    fileURLToPath(new URL('../fixtures/traces/failed-in-exec.jsonl', import.meta.url)),
    join(place.folder, 'trace.jsonl'),
  );
  await expect(
    replayJourney(
      place,
      `
    $ pflow tui --trace trace.jsonl
    = failed
    > ⏎
    = Cannot reach example.com
    = hint           Check the network.
    > Esc q
    = failed after
    `,
    ),
  ).resolves.toBeUndefined();
});

test('a team adds check to CI', async () => {
  const place = workspace();
  await keepRuns(place, ['Summarize this in one sentence.']);
  await expect(
    replayJourney(
      place,
      `
    $ pflow check --max-cost 0.001; echo "exit $?"
    = exit 1
    $ clear; pflow check --max-cost 0.05; echo "exit $?"
    = exit 0
    `,
    ),
  ).resolves.toBeUndefined();
});

test('a node author writes, traces and debugs a node', async () => {
  const place = workspace();
  mkdirSync(join(place.folder, 'node_modules'));
  symlinkSync(
    fileURLToPath(new URL('../..', import.meta.url)),
    join(place.folder, 'node_modules/pflow-profiler'),
  );
  const flow = (exec: string) => `import { BaseNode, Flow, trace } from 'pflow-profiler';

class Count extends BaseNode {
  prep(shared) {
    return shared.question;
  }
  async exec(question) {
    return ${exec};
  }
  post(shared, question, answer) {
    shared.answer = answer;
  }
}

const flow = new Flow('count', { start: 'count', nodes: new Map([['count', new Count('count')]]), edges: [] });
const { status, error, outputs, metrics } = await trace(flow, { shared: { question: 'Why?' }, traceDir: 'traces' });
console.log(status, error?.message ?? outputs.answer, metrics.total_cost_usd);
`;
  place.write('flow.mjs', flow('question.words.length'));
  place.write('mended.mjs', flow("question.split(' ').length"));
  await expect(
    replayJourney(
      place,
      `
    $ node flow.mjs
    = reading 'length'
    $ clear; pflow tui --trace traces/*
    = ✗ failed
    = at Count.exec
    > q
    $ clear; rm -r traces; node mended.mjs
    # No model was called: the cost is null, not 0.
    = ok 1 null
    `,
    ),
  ).resolves.toBeUndefined();
});

test("a Claude Code user sees last week's usage", async () => {
  const place = workspace();
  const at = (second: number) => new Date(Date.now() - 5 * 86_400_000 + 1000 * second).toISOString();
  const common = { sessionId: 's-1', cwd: '/home/u/app' };
  mkdirSync(join(place.folder, '.claude/projects/-home-u-app'), { recursive: true });
  place.write(
    '.claude/projects/-home-u-app/s-1.jsonl',
    [
      {
        ...common,
        type: 'user',
        timestamp: at(0),
        uuid: 'u1',
        message: { role: 'user', content: 'fix the login bug' },
      },
      {
        ...common,
        type: 'assistant',
        timestamp: at(5),
        uuid: 'u2',
        requestId: 'r1',
        message: {
          id: 'm1',
          role: 'assistant',
          model: 'claude-haiku-4-5',
          content: [{ type: 'text', text: 'Fixed: the token had expired.' }],
          usage: { input_tokens: 1_000_000, output_tokens: 1000 },
        },
      },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  await expect(
    replayJourney(
      place,
      `
    # It asks once.
    $ pflow
    = Claude Code: 1 log
    > y
    = API-equivalent $1.01
    > s
    = fix the login bug
    > ⏎
    = imported: claude-code
    > L
    = by session
    > q
    $ clear; pflow stats --by day --since 7d
    = $1.01
    `,
    ),
  ).resolves.toBeUndefined();
  const settings = readFileSync(join(place.folder, '.home/settings.json'), 'utf8');
  expect(JSON.parse(settings)).toEqual({ traces: { sessions: 'read' } });
});
