/** Runs `pflow whatif`: what a run would cost with another model, without a prompt cache, or at today's prices. */
import { formatCost } from '../../../lib/text/format-cost.js';
import { formatUsd, plural } from '../../../lib/text/format.js';
import { PflowError } from '../../../lib/error.js';
import {
  repriceRun,
  type RepricedNode,
  type RepricedRun,
  type RepricedSum,
  type RunChange,
} from '../../../insights/whatif/reprice-run.js';
import { resolveTarget } from '../../../insights/whatif/target-model.js';
import { suggestModels } from '../../../pricing/names/resolve-model.js';
import { stripNoise } from '../../../lib/text/format.js';
import { loadPrices } from '../../../pricing/table/load-prices.js';
import type { PriceTable } from '../../../pricing/table/price-table.js';
import type { Invocation, Leave } from '../../io/invocation.js';
import { print, printJson } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { FormatOption } from '../../args/run-options.js';
import { table } from '../../io/text-table.js';
import { readRun } from '../../traces/trace-state.js';

type WhatifOptions = FormatOption &
  Readonly<{
    model?: readonly string[];
    node?: string;
    /** false for --no-cache. */
    cache: boolean;
    prices?: 'current';
    /** Rerun the node with the models, and how often each. */
    really?: boolean;
    times: number;
    /** The command that judges the answers. */
    verify?: string;
    yes?: boolean;
    overBudget?: boolean;
    maxCost?: number;
    traceDir?: string;
  }>;

/** What one line of the command's options changes, with its name for the user. */
type Case = Readonly<{
  name: string;
  model: string | undefined;
  change: RunChange;
  unpriced: string | undefined;
}>;

/**
 * `pflow whatif [run] --model <models>`: the costs of a run after a change, by node; exits with 1 if a model has no price. Calls no
 * model unless `--really` is set.
 */
export async function whatif({ operands, options, leave }: Invocation<WhatifOptions>): Promise<ExitCode> {
  const [reference = 'latest'] = operands;
  const { path, state } = await readRun(reference, options.traceDir);
  if (options.really) return tryReally({ path, state }, options, leave);
  if (options.verify !== undefined || options.times !== 1)
    throw new PflowError('usage', '--verify and --times apply to what --really runs.', {
      hint: 'Add --really to run the node with the models.',
    });
  const { prices } = loadPrices();
  const cases = listCases(options, prices).map((each) => ({
    ...each,
    run: repriceRun(state, each.change, prices),
  }));
  if (options.outputFormat === 'json') {
    printJson({
      trace_path: path,
      run: state.started?.run ?? null,
      ...totalsInJson(cases[0]!.run),
      alternatives: cases.map(({ name, model, unpriced, run }) => ({
        change: name,
        model: model ?? null,
        node: options.node ?? null,
        ...(unpriced === undefined ? {} : { unpriced }),
        ...afterInJson(run),
        nodes: run.nodes.map((node) => ({
          node: node.path.join('/') || null,
          ...totalsInJson(node),
          ...afterInJson(node),
        })),
        notes: run.notes,
      })),
    });
  } else {
    const name = state.started?.name ?? 'run';
    print([`${name}: ${costText(cases[0]!.run)} as it ran`, ...cases.map(describeCase)].join('\n\n'));
  }
  // Without a price the question has no answer: a misspelled name must not look like one.
  return cases.some(({ unpriced }) => unpriced !== undefined) ? exitCodes.failed : exitCodes.done;
}

/** Reruns the node. Exits with 1 if the models were verified and none passed. */
async function tryReally(
  run: Awaited<ReturnType<typeof readRun>>,
  {
    model = [],
    node,
    cache,
    prices,
    verify,
    times,
    yes,
    overBudget,
    maxCost,
    traceDir,
    outputFormat,
  }: WhatifOptions,
  leave: Leave,
): Promise<ExitCode> {
  const models = listNames(model);
  if (models.length === 0 || !cache || prices) {
    throw new PflowError(
      'usage',
      '--really runs a node with other models: it needs --model, without --no-cache and --prices.',
      {
        hint: 'For example: pflow whatif latest --node report --model openai/gpt-5-mini,offline --really',
      },
    );
  }
  const options = {
    models,
    node,
    verify,
    times,
    yes: yes ?? false,
    overBudget: overBudget ?? false,
    maxCost,
    traceDir,
  };
  const [{ tryModels }, { formatTrials, toTrialsJson }] = await Promise.all([
    import('./try-models.js'),
    import('./trial-report.js'),
  ]);
  const tried = await tryModels(run, options, leave);
  if (outputFormat === 'json') printJson({ trace_path: run.path, ...toTrialsJson(tried.node, tried.trials) });
  else
    print(formatTrials(tried.node, tried.trials, process.stdout.isTTY ? process.stdout.columns : Infinity));
  const own = tried.trials.filter((each) => each.model !== undefined);
  const isGood = own.some(({ error, verdict }) => error === undefined && verdict?.passed !== false);
  return isGood ? exitCodes.done : exitCodes.failed;
}

function listNames(models: readonly string[]): string[] {
  return models.flatMap((text) => text.split(',')).flatMap((text) => text.trim() || []);
}

function listCases(
  { model: models = [], node, cache, prices: date }: WhatifOptions,
  prices: PriceTable,
): Case[] {
  const names = listNames(models);
  const rest: RunChange = {
    ...(node === undefined ? {} : { node }),
    ...(cache ? {} : { noCache: true }),
    ...(date === 'current' ? { at: new Date() } : {}),
  };
  const others = [...(cache ? [] : ['without a prompt cache']), ...(date ? ["at today's prices"] : [])];
  if (names.length === 0 && others.length === 0) {
    throw new PflowError('usage', 'Nothing would change.', {
      hint: 'State another model (--model openai/gpt-5-mini), --no-cache or --prices current.',
    });
  }
  if (names.length === 0)
    return [{ name: others.join(', '), model: undefined, change: rest, unpriced: undefined }];
  return names.map((model) => {
    const target = resolveTarget(model, prices);
    return {
      name: [`with ${model}`, ...others].join(', '),
      model,
      change: { ...rest, target },
      unpriced:
        target.resolved.pricedAs === undefined
          ? describeMiss(model, target.resolved.reason, prices)
          : undefined,
    };
  });
}

function describeMiss(model: string, reason: string, prices: PriceTable): string {
  const like = suggestModels(model, prices);
  return `${model} has no price: ${reason}${like.length > 0 ? `; similar: ${like.join(', ')}` : ''}`;
}

function describeCase({ name, unpriced, run }: Case & { run: RepricedRun }): string {
  const body = table(
    [
      ['node', 'model', 'calls', 'cost', 'would cost', 'range', 'change'],
      ...run.nodes.map((node) => cellsOf(node.path.join('/') || '(outside any node)', node)),
      cellsOf('run', run, { namesModels: false }),
    ],
    { right: [2] },
  );
  const notes = [
    ...(unpriced === undefined ? [] : [unpriced]),
    ...(run.changed === 0 ? ['this changes no call of the run'] : []),
    ...run.notes,
    ...(run.changed > 0 && run.changed < run.calls
      ? [`${plural(run.calls - run.changed, 'call')} unchanged`]
      : []),
  ];
  return [`${name}:`, body, ...notes.map((note) => `  · ${note}`)].join('\n');
}

function cellsOf(name: string, sum: RepricedSum, { namesModels = true } = {}): string[] {
  const { models, modelsAfter, calls, before, after, usd } = sum;
  const isSame = models.join() === modelsAfter.join();
  const modelText = isSame ? models.join(', ') : `${models.join(', ')} → ${modelsAfter.join(', ')}`;
  const isRange = usd.low !== usd.high;
  const wasKnown = before.unpriced.length === 0 && !before.bound;
  const isKnown = after.unpriced.length === 0 && !after.bound;
  return [
    name,
    namesModels ? modelText : '',
    String(calls),
    costText({ before }),
    sum.changed === 0 ? 'same' : formatCost(after, { none: '–' }),
    isRange ? `${formatUsd(usd.low)} – ${formatUsd(usd.high)}` : '',
    wasKnown && isKnown && before.usd > 0 && sum.changed > 0 ? formatChange(usd.likely / before.usd - 1) : '',
  ];
}

function costText({ before }: Pick<RepricedSum, 'before'>): string {
  return formatCost(before, { none: 'no model called' });
}

function formatChange(share: number): string {
  const percent = Math.round(share * 100);
  return percent === 0 ? '±0 %' : `${percent > 0 ? '+' : '−'}${Math.abs(percent)} %`;
}

/** null where a price is unknown or a cost a lower bound; the known part is then given as well. */
function totalsInJson({ before, calls }: RepricedSum | RepricedNode) {
  const isKnown = before.unpriced.length === 0 && !before.bound;
  return {
    calls,
    tokens: before.tokens,
    cost_usd: isKnown ? stripNoise(before.usd) : null,
    ...(isKnown ? {} : { partial_cost_usd: stripNoise(before.usd), unpriced_models: before.unpriced }),
  };
}

function afterInJson({ after, usd, changed, modelsAfter }: RepricedSum) {
  const isKnown = after.unpriced.length === 0 && !after.bound;
  return {
    changed_calls: changed,
    models: modelsAfter,
    would_cost_usd: isKnown ? stripNoise(usd.likely) : null,
    ...(isKnown
      ? { low_usd: stripNoise(usd.low), high_usd: stripNoise(usd.high) }
      : { would_cost_partial_usd: stripNoise(usd.likely), would_be_unpriced: after.unpriced }),
    estimated: after.estimated || after.approximate,
  };
}
