/** Runs `pflow doctor`: what a run would use on this machine, and what is wrong with it. */
import { pflowVersion } from '../../../lib/version.js';
import type { FormatOption } from '../../args/run-options.js';
import { print, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { examineFolders, examineNode, examineProxy, examineTerminal } from './examine-machine.js';
import { examineDefaultModel, examineKeys, examineModel, examineServers } from './examine-models.js';
import { formatReport, type Report } from './format-report.js';
import { examineMcp, examinePrices, examineSettings, examineTrust } from './examine-project.js';

/** `pflow doctor`: reports what a run would use. A problem exits with code 1. Only this machine is contacted. */
export async function doctor({ options }: Invocation<FormatOption>): Promise<ExitCode> {
  const report = await examine(process.env);
  if (options.outputFormat === 'json') printJson(report);
  else print(formatReport(report));
  return report.problems.length > 0 ? exitCodes.failed : exitCodes.done;
}

async function examine(env: NodeJS.ProcessEnv): Promise<Report> {
  const trust = examineTrust();
  const [model, servers, defaultModel] = await Promise.all([
    examineModel(env),
    examineServers(env),
    examineDefaultModel(env),
  ]);
  const parts = {
    version: pflowVersion(),
    node: examineNode(),
    model,
    keys: examineKeys(env),
    servers,
    mcp: examineMcp(env, trust),
    folders: examineFolders(env),
    prices: examinePrices(),
    settings: examineSettings(env),
    terminal: examineTerminal(env),
    trust,
    proxy: examineProxy(env),
  };
  return {
    ...parts,
    problems: [...(defaultModel === undefined ? [] : [defaultModel]), ...findProblems(parts)],
  };
}

function findProblems({ node, model, mcp, folders, prices, settings }: Omit<Report, 'problems'>): string[] {
  return [
    ...(node.is_supported ? [] : [`Node ${node.version} is too old: pflow needs 20.6 or newer.`]),
    ...('error' in model ? [[model.error, model.hint].filter(Boolean).join(' ')] : []),
    ...folders
      .filter((each) => !each.is_writable)
      .map(({ name, path }) => `${path} (${name}) cannot be written to.`),
    ...settings,
    ...prices.warnings,
    ...mcp.warnings,
  ];
}
