import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, workspace } from '../support/cli.js';

const counting = `# Count

Counts what is in a text, and says so loudly when it is much.

## Inputs

### text

What to count.

- type: string
- stdin: true

## Steps

### split

Make words of it. A note: colons are fine.

- type: shell
- stdin: \${text}

\`\`\`shell command
tr ' ' '\\n' | sed 's/.*/"&"/' | paste -sd, | sed 's/.*/[&]/'
\`\`\`

### weigh

- type: code
- on-error: sorry
- next: few, many
- inputs: { words: "\${split.stdout}" }

\`\`\`python code
words: list

next: str = "many" if len(words) > 3 else "few"
result: dict = {"count": len(words)}
\`\`\`

### few

- type: code
- next: end
- inputs:
    n: \${weigh.result.count}

\`\`\`javascript code
\`only \${n}\`
\`\`\`

### many

- type: shell
- next: end
- env: { N: "\${weigh.result.count}" }

\`\`\`shell command
echo "all of $N"
\`\`\`

### sorry

- type: echo
- next: end
- message: "it failed: \${weigh.error}"
`;

test('a Markdown workflow runs with piped input, Python, JavaScript, computed branches and error edges', async () => {
  const { pflow, write } = workspace();
  write('count.pflow.md', counting);
  const said = async (input: string) => (await pflow(['-p', 'count.pflow.md'], { input })).stdout;
  expect(await said('a b c d e')).toBe('all of 5\n');
  expect(await said('a b')).toBe('only 2\n');
  write('count.pflow.md', counting.replace('words: list', 'words: dict'));
  expect(await said('a b')).toBe(
    "it failed: The code failed: the input 'words' is to be dict and is list.\n",
  );
});

test('the trace of a Markdown workflow has the form of every trace, with the purposes of its steps', async () => {
  const { pflow, write, trace } = workspace();
  write('count.pflow.md', counting);
  await pflow(['-p', 'count.pflow.md', 'text=a b c d']);
  const [planned] = eventsOf(trace(), 'workflow.planned');
  expect(planned).toMatchObject({ origin: 'file', name: 'count' });
  expect(planned!.nodes[0]).toMatchObject({
    id: 'split',
    type: 'shell',
    purpose: 'Make words of it. A note: colons are fine.',
  });
});

test('every command reports the problems of a Markdown workflow with line numbers', async () => {
  const { pflow, write } = workspace();
  write('count.pflow.md', counting.replace('type: echo', 'type: eco').replace('${text}', '${txt}'));
  for (const args of [['count.pflow.md'], ['workflow', 'validate', 'count.pflow.md']]) {
    const { code, stdout, stderr } = await pflow(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatchInlineSnapshot(`
      "pflow: 'count.pflow.md' is not a valid workflow: 2 problems.
        line 21, nodes[0].params.stdin: \${txt} leads nowhere: there is no input and no node 'txt'. Did you mean \${text}?
        line 64, nodes[4].type: there is no node type 'eco'. Did you mean 'echo'?
      "
    `);
  }
  write('count.pflow.md', counting.replace('### weigh', '- oops'));
  expect((await pflow(['count.pflow.md'])).stderr).toMatchInlineSnapshot(`
    "pflow: 'count.pflow.md' cannot be read as a workflow: 2 problems.
      line 27: '- oops' is no parameter: those look like '- key: value'. Lists in prose begin with '*'.
      line 29: 'type' of 'split' is given twice: first in line 20.
    "
  `);
});

test('a Markdown file that is not a workflow is not treated as one', async () => {
  const { pflow, write } = workspace();
  write('notes.md', 'One two three.');
  expect(await pflow(['-p', 'count words in notes.md'])).toMatchObject({ code: 0, stdout: '3\n' });
});

test('a Markdown workflow runs by name from the library, is drawn, and is saved from its file', async () => {
  const { pflow, write, folder } = workspace();
  mkdirSync(join(folder, '.home', 'workflows'), { recursive: true });
  write('.home/workflows/count-it.pflow.md', counting);
  write('count.pflow.md', counting);
  expect(await pflow(['-p', 'count-it', 'text=a'])).toMatchObject({ stdout: 'only 1\n' });
  expect((await pflow(['workflow', 'list'])).stdout).toMatch(/^count-it +yours +Counts what is in a text/m);
  expect((await pflow(['workflow', 'graph', 'count-it'])).stdout).toMatchInlineSnapshot(`
    "inputs: text
    ● split  shell  Make words of it. A note: colons are fine.
    ● weigh  code
    ├─ few ↓ few
    ├─ many
    │  ● many  shell
    ├─ error
    │  ● sorry  echo
    ● few  code
    "
  `);
  expect(await pflow(['workflow', 'save', 'count.pflow.md'])).toMatchObject({ code: 0 });
  expect(await pflow(['-p', 'count', 'text=a b'])).toMatchObject({ stdout: 'only 2\n' });
});
