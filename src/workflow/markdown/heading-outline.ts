/** Splits a workflow file by its headings. */

import { nearest } from '../../lib/text/nearest.js';
import type { Problem } from '../format/problem.js';
import { readTokens, type Block, type Item, type Token } from './markdown-tokens.js';

/** Sections with a meaning. */
const SECTIONS = ['inputs', 'steps', 'outputs'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** The content of one `###` heading: an input, a step or an output. */
export type Entity = Readonly<{
  id: string;
  line: number;
  prose: string;
  items: readonly Item[];
  blocks: readonly Block[];
}>;

/** A workflow file split by headings. */
export type Outline = Readonly<{
  /** The front matter. */
  front: Block | undefined;
  title: string | undefined;
  description: string;
  sections: Readonly<Record<SectionName, readonly Entity[]>>;
}>;

/** Splits a `.pflow.md` text by headings and reports what does not belong. */
export function readOutline(text: string, problems: Problem[]): Outline {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const front = frontMatter(lines);
  const start = front ? front.text.split('\n').length + 2 : 0;
  const tokens = readTokens(lines.slice(start), start + 1, problems);

  const sections: Record<SectionName, Entity[]> = { inputs: [], steps: [], outputs: [] };
  const seen = new Map<SectionName, number>();
  let title: string | undefined;
  let description = '';
  for (const { heading, body } of byHeading(tokens, 2)) {
    if (!heading) {
      const [top] = byHeading(body, 1).filter((part) => part.heading);
      title = top?.heading?.text;
      description = proseOf(top?.body ?? []);
      continue;
    }
    const name = sectionOf(heading.text);
    if (!name) {
      problems.push(unknownSection(heading, body));
      continue;
    }
    const first = seen.get(name);
    if (first !== undefined) problems.push(repeated(heading, first));
    seen.set(name, seen.get(name) ?? heading.line);
    for (const part of byHeading(body, 3)) {
      if (part.heading) sections[name].push(entityOf(part.heading, part.body));
      else problems.push(...homeless(part.body, heading));
    }
  }
  // With other errors they may exist under a misspelled name.
  if (sections.steps.length === 0 && problems.length === 0) problems.push(noSteps(seen.get('steps')));
  return { front, title, description, sections };
}

type Heading = Extract<Token, { kind: 'heading' }>;
type Part = Readonly<{ heading: Heading | undefined; body: readonly Token[] }>;

/** Splits at headings of a level. The content before the first one has no heading. */
function byHeading(tokens: readonly Token[], level: number): Part[] {
  const parts: { heading: Heading | undefined; body: Token[] }[] = [{ heading: undefined, body: [] }];
  for (const token of tokens) {
    if (token.kind === 'heading' && token.level === level) parts.push({ heading: token, body: [] });
    else parts.at(-1)!.body.push(token);
  }
  return parts;
}

function frontMatter(lines: readonly string[]): Block | undefined {
  if (lines[0]?.trimEnd() !== '---') return undefined;
  const end = lines.findIndex((line, i) => i > 0 && line.trimEnd() === '---');
  return end === -1 ? undefined : { info: 'yaml', text: lines.slice(1, end).join('\n'), line: 1 };
}

function sectionOf(title: string): SectionName | undefined {
  const name = title.toLowerCase();
  return SECTIONS.find((each) => each === name);
}

function entityOf({ text, line }: Heading, body: readonly Token[]): Entity {
  return {
    id: text,
    line,
    prose: proseOf(body),
    items: body.filter((token) => token.kind === 'item'),
    blocks: body.filter((token) => token.kind === 'block'),
  };
}

/** The prose of a part: consecutive lines form a paragraph. */
function proseOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.kind === 'text' || token.kind === 'heading' ? token.text : ''))
    .join('\n')
    .replaceAll(/\n{2,}/g, '\n\n')
    .trim();
}

/** A section that is not read: ignoring it would run a workflow other than the file describes. */
function unknownSection({ text, line }: Heading, body: readonly Token[]): Problem {
  const name = text.toLowerCase();
  const meant = nearest(name, SECTIONS)[0];
  if (meant !== undefined) {
    const hint = `Did you mean '## ${meant[0]!.toUpperCase()}${meant.slice(1)}'?`;
    return { path: '', line, message: `'## ${text}' is no section.`, hint };
  }
  const hint = adviceOnSection(name) ?? (holdsRoutes(body) ? ROUTING : NOTES);
  return { path: '', line, message: `'## ${text}' is not known here.`, hint };
}

const ROUTING =
  "Write the route in the step that it leaves: '- next: <step>' under its '### name' (several: '- next: a, b'), '- on-error: <step>' for a failure, '- next: end' to stop.";
const NOTES =
  "A workflow has '## Inputs', '## Steps' and '## Outputs'. Text about it belongs above them, under the title, or under the '### name' that it describes.";

function adviceOnSection(name: string): string | undefined {
  if (/^(?:edges?|flow|routes?|routing|transitions?|graph|connections?|branch(?:es|ing)?|order)$/.test(name))
    return ROUTING;
  if (name === 'cache')
    return 'Put what it holds at the beginning of the prompts that name it in prompt_cache, and take both out.';
  if (/^(?:nodes?|tasks?|stages?|workflow|pipeline)$/.test(name)) return "Did you mean '## Steps'?";
  if (/^(?:parameters?|params|arguments?|args|variables?)$/.test(name)) return "Did you mean '## Inputs'?";
  if (/^(?:results?|returns?)$/.test(name)) return "Did you mean '## Outputs'?";
  return undefined;
}

/** Whether a line is an edge such as `a -> b`. */
function holdsRoutes(body: readonly Token[]): boolean {
  return body.some((token) => 'text' in token && /[\w`'"]\s*(?:[-=]+\w*[-=]*>|→)\s*[\w`'"]/.test(token.text));
}

function repeated({ text, line }: Heading, first: number): Problem {
  return { path: '', line, message: `there is already a section '## ${text}', in line ${first}.` };
}

function homeless(body: readonly Token[], { text }: Heading): Problem[] {
  const [first] = body.filter(({ kind }) => kind === 'item' || kind === 'block');
  if (!first) return [];
  const message = `this text in '## ${text}' has no heading, so it belongs to no part.`;
  return [{ path: '', line: first.line, message, hint: "Put a line '### name' above it." }];
}

function noSteps(line: number | undefined): Problem {
  return {
    path: '',
    message: 'there are no steps.',
    hint: "A workflow has a section '## Steps' with a heading '### name' for each step.",
    ...(line === undefined ? {} : { line }),
  };
}
