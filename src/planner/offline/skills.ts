/** Answers the planner's requests by rules. */

import { z } from 'zod';
import { PflowError } from '../../lib/error.js';
import type { OfflineSkills } from '../../llm/offline/offline-client.js';
import { answerOf } from '../plan/workflow-answer.js';
import { planByRules } from './rule-plan.js';
import type { PipedInput } from './to-workflow.js';
import { matchByMeaning, matchByName, valuesFor, type InputValues } from './saved-match.js';
import type { Step } from './language/parsed-steps.js';
import { withConnectedModel } from './language/unreadable.js';

/**
 * Rules for the planner's tasks, used without a model; each parses the same request. Throws for a request that does not parse.
 */
export function plannerSkills(piped: PipedInput = {}): OfflineSkills {
  return {
    'workflow-discovery': (input) => discover(discoveryInput.parse(input), piped),
    'component-browsing': (input) => browse(requestInput.parse(input).request, piped),
    'parameter-discovery': (input) => ({
      parameters: planByRules(requestInput.parse(input).request, piped).params,
    }),
    'workflow-generator': (input) => generate(requestInput.parse(input).request, piped),
    'parameter-mapping': (input) => map(mappingInput.parse(input), piped),
    'metadata-generation': (input) => describe(requestInput.parse(input).request, piped),
  };
}

/** The rules for a run whose model must not plan: their errors state that. */
export function explainConnectedModel(skills: OfflineSkills): OfflineSkills {
  const explain =
    (skill: OfflineSkills[string]): OfflineSkills[string] =>
    (...input) => {
      try {
        return skill(...input);
      } catch (error) {
        throw error instanceof PflowError ? withConnectedModel(error) : error;
      }
    };
  return Object.fromEntries(Object.entries(skills).map(([task, skill]) => [task, explain(skill)]));
}

const requestInput = z.object({ request: z.string() });
const outline = z.object({
  name: z.string(),
  description: z.string(),
  keywords: z.array(z.string()),
  inputs: z.array(z.string()),
  node_types: z.array(z.string()),
});
const discoveryInput = requestInput.extend({ saved: z.array(outline) });
const mappingInput = requestInput.extend({
  workflow: z.string().nullable(),
  inputs: z.record(z.string(), z.looseObject({})),
});

function discover({ request, saved }: z.infer<typeof discoveryInput>, piped: PipedInput) {
  const named = matchByName(
    request,
    saved.map(({ name }) => name),
  );
  if (named) return { found: true, workflow_name: named.name, reasoning: 'The request names it.' };
  const meant = matchByMeaning(request, saved, piped);
  if (meant)
    return { found: true, workflow_name: meant.name, reasoning: 'It does exactly this, with other values.' };
  return { found: false, workflow_name: null, reasoning: 'No saved workflow does exactly this.' };
}

function browse(request: string, piped: PipedInput) {
  const { workflow, reading } = planByRules(request, piped);
  return { node_types: [...new Set(workflow.nodes.map(({ type }) => type))], reasoning: reading.join('; ') };
}

function generate(request: string, piped: PipedInput) {
  const { workflow, reading } = planByRules(request, piped);
  return answerOf(workflow, reading);
}

function map({ request, workflow, inputs }: z.infer<typeof mappingInput>, piped: PipedInput) {
  const names = Object.keys(inputs);
  const named = workflow === null ? undefined : matchByName(request, [workflow]);
  const values = named
    ? namedValues(named, names)
    : valuesFor(planByRules(request, piped).params, names).values;
  return { values: Object.entries(values).map(([input, value]) => ({ input, value })) };
}

/** Assigns `key=value` pairs by key; a bare value goes to the only input it fits. */
function namedValues(
  { name, settings, loose }: NonNullable<ReturnType<typeof matchByName>>,
  inputs: readonly string[],
): InputValues {
  const unknown = Object.keys(settings).find((key) => !inputs.includes(key));
  const open = inputs.filter((input) => !Object.hasOwn(settings, input));
  if (unknown === undefined && loose.length === 0) return settings;
  if (unknown === undefined && loose.length === 1 && open.length > 0)
    return { ...settings, [open[0]!]: loose[0]! };
  const said = unknown === undefined ? loose.join(' ') : `${unknown}=…`;
  throw new PflowError('cannot_plan', `'${name}' does not know what to do with '${said}'.`, {
    hint: inputs.length
      ? `Its inputs: ${inputs.map((input) => `${input}=…`).join(' ')}`
      : 'It has no inputs.',
  });
}

function describe(request: string, piped: PipedInput) {
  const steps = planByRules(request, piped).clauses.flatMap(({ steps }) => steps);
  const names = steps.filter(({ verb }) => verb !== 'each').map(nameOf);
  return { name: names.join('-'), description: `${sentence(names)}.` };
}

function nameOf(step: Step): string {
  const what = 'what' in step ? `-${step.what}` : '';
  const of =
    'source' in step
      ? {
          file: '-file',
          url: '-url',
          files: '-folder',
          list: '-files',
          stdin: '-stdin',
          back: '',
          literal: '-text',
          command: '-command',
          commits: '-commits',
          lines: '-lines',
        }[step.source.kind]
      : '';
  return step.verb === 'extract' ? `${step.verb}${what}` : `${step.verb}${what}${of}`;
}

function sentence(names: readonly string[]): string {
  const text = names.map((name) => name.replaceAll('-', ' ')).join(', then ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
