/** Resolves the sources of steps to values. */

import type { Value, WorkflowBuilder } from './builder.js';
import { backWords } from '../language/lexicon.js';
import { combineCode, commitLinesCode, concatenateCode, linesCode } from './snippets.js';
import type { Source } from '../language/parsed-steps.js';
import { Unread } from '../language/unreadable.js';

type Each = Extract<Value, { shape: 'each' }>;

/** Resolves a source, adding the nodes that read, fetch or list it. References resolve to the last matching result. */
export function valueOf(
  builder: WorkflowBuilder,
  source: Source,
  fits: (value: Value) => boolean = () => true,
): Value {
  switch (source.kind) {
    case 'back':
      return back(builder, source.noun, fits);
    case 'literal':
      throw new Unread(`"${source.text}" appears where a file or an address is expected.`);
    case 'lines':
      throw new Unread('it cannot be about some lines only. Take the lines first.');
    case 'stdin':
      return { shape: 'text', ref: builder.stdin(), madeBy: 'read' };
    case 'command': {
      const params = { command: literal(source.command) };
      const id = builder.node({ id: 'run', type: 'shell', purpose: 'Run the command', params });
      return builder.made({ shape: 'text', ref: `\${${id}.stdout}`, madeBy: 'run' });
    }
    case 'commits': {
      const limit = builder.input('limit', source.count, 'How many commits');
      const log = builder.node({
        id: 'commits',
        type: 'git-log',
        purpose: 'List the commits',
        params: { limit },
      });
      const params = { inputs: { commits: `\${${log}.commits}` }, code: commitLinesCode };
      const id = builder.node({ id: 'commit_lines', type: 'code', purpose: 'One line per commit', params });
      return builder.made({ shape: 'list', ref: `\${${id}.result}`, madeBy: 'commits' });
    }
    case 'file':
      return readOne(builder, source.path);
    case 'url': {
      const url = builder.input('url', source.url, 'The address to fetch');
      const id = builder.node({ id: 'fetch', type: 'http', purpose: 'Fetch the page', params: { url } });
      return builder.made({
        shape: 'page',
        ref: `\${${id}.response}`,
        text: `\${${id}.text}`,
        madeBy: 'fetch',
      });
    }
    case 'files': {
      const directory = builder.input('directory', source.folder, 'The folder');
      const pattern = builder.input('pattern', source.pattern, 'Which files');
      const id = builder.node({
        id: 'list',
        type: 'list-files',
        purpose: 'Find the files',
        params: { directory, pattern },
      });
      return builder.made({ shape: 'paths', ref: `\${${id}.files}`, madeBy: 'list' });
    }
    case 'list': {
      const files = builder.input('files', source.paths, 'The files');
      return builder.made({ shape: 'paths', ref: files, madeBy: 'list' });
    }
    default:
      return source satisfies never;
  }
}

/** Text in which `${…}` is not a template, such as a shell command. */
export function literal(text: string): string {
  return text.split('${').join('$${');
}

/** The value as text, or one text per file. `raw` keeps the markup of a page. */
export function textOf(builder: WorkflowBuilder, value: Value, { raw = false } = {}): string | Each {
  switch (value.shape) {
    case 'text':
    case 'number':
      return value.ref;
    case 'page':
      return raw ? value.ref : value.text;
    case 'list':
      return linesOf(builder, value.ref);
    case 'paths':
      return readEach(builder, value.ref);
    case 'each':
      return value.kind === 'text' ? value : combineText(builder, value);
    default:
      return value satisfies never;
  }
}

/** The concatenated contents of files, as a template. */
export function concatenate(builder: WorkflowBuilder, each: Each): string {
  builder.use(each);
  const id = builder.node({
    id: 'combine',
    type: 'code',
    purpose: 'Put the texts together',
    params: { inputs: { results: `\${${each.node}.results}` }, code: concatenateCode },
  });
  return `\${${id}.result}`;
}

/** The value as a single template, for writing or returning. */
export function combineText(builder: WorkflowBuilder, value: Value, { asText = true } = {}): string {
  if (value.shape !== 'each')
    return asText && (value.shape === 'list' || value.shape === 'paths')
      ? linesOf(builder, value.ref)
      : value.ref;
  const { node, field, label, kind } = value;
  const id = builder.node({
    id: 'combine',
    type: 'code',
    purpose: 'Put the results together',
    params: { inputs: { results: `\${${node}.results}` }, code: combineCode({ field, label, kind }) },
  });
  return `\${${id}.result}`;
}

/** Reads each file of a list of paths. */
export function readEach(builder: WorkflowBuilder, paths: string): Each {
  const node = builder.node({
    id: 'read',
    type: 'read-file',
    purpose: 'Read each file',
    params: { file_path: '${file}' },
    batch: { items: paths, as: 'file' },
  });
  return builder.made({ shape: 'each', node, field: 'content', label: 'item', kind: 'text', madeBy: 'read' });
}

function readOne(builder: WorkflowBuilder, path: string): Value {
  const file_path = builder.input('file_path', path, 'The file');
  const id = builder.node({ id: 'read', type: 'read-file', purpose: 'Read the file', params: { file_path } });
  return builder.made({ shape: 'text', ref: `\${${id}.content}`, path, madeBy: 'read' });
}

function linesOf(builder: WorkflowBuilder, items: string): string {
  const id = builder.node({
    id: 'lines',
    type: 'code',
    purpose: 'One a line',
    params: { inputs: { items }, code: linesCode },
  });
  return `\${${id}.result}`;
}

function back(builder: WorkflowBuilder, noun: string, fits: (value: Value) => boolean): Value {
  const makers = backWords.get(noun);
  const value = builder.last((each) => (makers ? makers.includes(each.madeBy) : fits(each)));
  if (!value && builder.isPiped && (makers === undefined || makers.includes('read')))
    return builder.made({ shape: 'text', ref: builder.stdin(), madeBy: 'read' });
  if (!value) throw new Unread(`nothing precedes it that '${noun}' could mean.`);
  return value;
}
