import { expect, test } from 'vitest';
import { workspace } from '../support/cli.js';

/** Runs `workflow validate --output-format json` on a file with this content. */
async function validate(name: string, content: string | object) {
  const { pflow, write } = workspace();
  write(name, content);
  const { code, stdout, stderr } = await pflow(['workflow', 'validate', name, '--output-format', 'json']);
  return { code, stderr, said: JSON.parse(stdout) as unknown };
}

const say = (message: string) => ({ nodes: [{ id: 'say', type: 'echo', params: { message } }], edges: [] });

test('a valid workflow has no problems', async () => {
  expect(await validate('wf.json', say('hello'))).toEqual({
    code: 0,
    stderr: '',
    said: { valid: true, problems: [] },
  });
});

test('every problem is reported with its path and a suggestion', async () => {
  const { nodes } = say('${nobody.content}');
  const broken = {
    nodes: [{ id: 'read', type: 'raed-file' }, ...nodes],
    edges: [{ from: 'read', to: 'say' }],
  };
  const { code, stderr, said } = await validate('wf.json', broken);
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(said).toMatchInlineSnapshot(`
    {
      "problems": [
        {
          "hint": "Did you mean 'read-file'?",
          "line": 1,
          "message": "there is no node type 'raed-file'.",
          "path": "nodes[0].type",
        },
        {
          "hint": "Declare it as an input, or write $\${nobody.content} for the text itself.",
          "line": 1,
          "message": "\${nobody.content} leads nowhere: there is no input and no node 'nobody'.",
          "path": "nodes[1].params.message",
        },
      ],
      "valid": false,
    }
  `);
});

test('a problem in Markdown has its line number', async () => {
  const { code, said } = await validate(
    'wf.pflow.md',
    [
      '# Say it',
      '',
      '## Steps',
      '',
      '### say',
      '',
      'Say it.',
      '',
      '- type: eco',
      '- message: hello',
      '',
    ].join('\n'),
  );
  expect(code).toBe(2);
  expect(said).toMatchInlineSnapshot(`
    {
      "problems": [
        {
          "hint": "Did you mean 'echo'?",
          "line": 9,
          "message": "there is no node type 'eco'.",
          "path": "nodes[0].type",
        },
      ],
      "valid": false,
    }
  `);
});

test('a file that is not JSON is one problem without a path', async () => {
  const { code, stderr, said } = await validate('wf.json', '{\n  "nodes": [,]\n}');
  expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  expect(said).toMatchInlineSnapshot(`
    {
      "problems": [
        {
          "hint": null,
          "line": null,
          "message": "'wf.json' is not JSON: line 2, column 13: expected a value or ']', found ','.",
          "path": "",
        },
      ],
      "valid": false,
    }
  `);
});

test('a missing workflow is an error without JSON output', async () => {
  const { pflow } = workspace();
  expect(await pflow(['workflow', 'validate', 'nosuch.json', '--output-format', 'json'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: "pflow: There is no file 'nosuch.json'.\n",
  });
});

test('without --output-format the result is text, and problems are on stderr', async () => {
  const { pflow, write } = workspace();
  write('good.json', say('hello'));
  write('bad.json', say('${nobody}'));
  expect(await pflow(['workflow', 'validate', 'good.json'])).toEqual({
    code: 0,
    stdout: 'good.json is valid: 1 node.\n',
    stderr: '',
  });
  const bad = await pflow(['workflow', 'validate', 'bad.json']);
  expect(bad).toMatchObject({ code: 2, stdout: '' });
  expect(bad.stderr).toMatch(/^pflow: 'bad.json' is not a valid workflow: 1 problem\.\n/);
});

test('the problems of a JSON file have their lines, as text and as JSON', async () => {
  const { pflow, write } = workspace();
  write(
    'wf.json',
    '{\n  "nodes": [\n    {"id": "b", "type": "shell",\n     "params": {"comand": "ls"}}\n  ]\n}\n',
  );
  const { stdout } = await pflow(['workflow', 'validate', 'wf.json', '--output-format', 'json']);
  expect(JSON.parse(stdout)).toMatchObject({ problems: [{ line: 4 }], warnings: [{ line: 4 }] });
  const { stderr } = await pflow(['workflow', 'validate', 'wf.json']);
  expect(stderr).toContain('  line 4, nodes[0].params.command: is missing.');
});
