/** Edits a plan as JSON text in the user's editor. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, PflowError } from '../../lib/error.js';
import type { Registry } from '../../nodes/registry.js';
import type { Plan } from '../../planner/plan/planner-state.js';
import { resolveInputs } from '../../workflow/check/inputs.js';
import { parseJson } from '../../workflow/format/parse-json.js';
import { formatProblem } from '../../workflow/format/problem.js';
import { validateStrictly } from '../../workflow/check/validate.js';

/** The workflow of a plan as JSON, with the values of this run as defaults of its inputs. */
export function editableText({ workflow, params }: Plan): string {
  const inputs = Object.entries(workflow.inputs).map(([name, input]) => {
    const isKnown = Object.hasOwn(params, name) && !input.stdin;
    return [name, isKnown ? { ...input, default: params[name] } : input] as const;
  });
  return `${JSON.stringify({ ...workflow, inputs: Object.fromEntries(inputs) }, null, 2)}\n`;
}

/** Parses edited text into a plan, or returns every problem of it. */
export function readEdited(
  text: string,
  before: Plan,
  types: Registry,
): Readonly<{ plan: Plan } | { problems: readonly string[] }> {
  try {
    const { workflow, problems } = validateStrictly(parseJson(text), types);
    if (!workflow) return { problems: problems.map(formatProblem) };
    const piped = Object.entries(before.params).filter(([name]) => workflow.inputs[name]?.stdin);
    return { plan: { ...before, workflow, params: resolveInputs(workflow, Object.fromEntries(piped)) } };
  } catch (error) {
    if (error instanceof SyntaxError) return { problems: [`Invalid JSON: ${error.message}`] };
    if (!(error instanceof PflowError)) throw error;
    return { problems: [error.hint === undefined ? error.message : `${error.message} ${error.hint}`] };
  }
}

/** Opens text in $VISUAL or $EDITOR and returns the edited text. The temporary file is private and deleted afterwards. */
export async function editInEditor(
  text: string,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pflow-plan-'));
  const file = join(folder, 'plan.json');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    await runEditor(env['VISUAL'] || env['EDITOR'] || 'vi', file, signal);
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The editor may be a command with arguments, so a shell runs it, as Git does. The shell ignores Ctrl-C, which is for the editor. */
function runEditor(editor: string, file: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (why: string, cause?: unknown) =>
      reject(
        new PflowError('usage', `The editor '${editor}' ${why}.`, {
          hint: 'Set $EDITOR to a command that opens a file and exits when the file is closed.',
          cause,
        }),
      );
    spawn('sh', ['-c', `trap : INT; ${editor} "$1"`, editor, file], { stdio: 'inherit', signal })
      .on('error', (error) => failed(`could not run: ${messageOf(error)}`, error))
      .on('close', (code) => {
        if (code === 0) resolve();
        else failed(code === null ? 'was stopped' : `exited with code ${code}`);
      });
  });
}
