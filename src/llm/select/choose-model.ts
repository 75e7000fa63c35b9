/** Chooses the model of a run. */

import { PflowError } from '../../lib/error.js';
import { listModels, NAMED_TIME_LIMIT_MS, type Probe } from './probe.js';
import {
  endpointOf,
  firstSet,
  hostedProviders,
  isLoopback,
  localProviders,
  MODEL_SPELLINGS,
  parseModelName,
  type FindVendor,
  type Provider,
} from './provider-list.js';

/** The chosen model and the reason. */
export type ModelChoice = Readonly<{
  provider: string;
  model: string;
  /** For example "ANTHROPIC_API_KEY is set". */
  reason: string;
  /** Whether calls are free: a local server or the offline rules. */
  free: boolean;
  /** The base URL; absent for the offline rules. */
  baseUrl?: string;
}>;

/**
 * Chooses the model: --model, PFLOW_MODEL, the default of the settings, a provider key in the environment, a server on loopback, else the offline
 * rules. Only loopback is contacted. Throws a usage error for an invalid name.
 */
export async function chooseModel(options: {
  flag?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** The model that the settings name; ignored where it cannot be reached. */
  byDefault?: string | undefined;
  probe?: Probe;
  /** Finds the provider of a bare model name. */
  findVendor?: FindVendor;
}): Promise<ModelChoice> {
  const { flag, env, probe = listModels } = options;
  if (flag !== undefined) return chosenByName(flag, '--model names it', options);
  const named = firstSet(['PFLOW_MODEL'], env);
  if (named) return chosenByName(named.value, 'PFLOW_MODEL names it', options);
  return (
    (options.byDefault === undefined ? undefined : await chosenBySettings(options)) ??
    chosenByKey(env) ??
    (await chosenByAnswer(env, probe)) ??
    offline('no provider key is set and no local server answers')
  );
}

/** The model that a node of a run names. Contacts no server. Throws a PflowError if it cannot be reached. */
export function chooseNamed(
  name: string,
  choice: ModelChoice | undefined,
  { env, findVendor }: { env: NodeJS.ProcessEnv; findVendor?: FindVendor },
): ModelChoice {
  if (choice && name === `${choice.provider}/${choice.model}`) return choice;
  if (namesOffline(name)) return offline('the node names it');
  const { provider, model = provider.defaultModel } = parseModelName(name, findVendor);
  if (model) return choiceOf(provider, model, 'the node names it', env);
  throw new PflowError('usage', `'${name}' does not say which model of ${provider.label}.`, {
    hint: MODEL_SPELLINGS,
  });
}

async function chosenBySettings(
  options: Parameters<typeof chooseModel>[0],
): Promise<ModelChoice | undefined> {
  try {
    return await chosenByName(options.byDefault!, 'llm.default_model in settings.json names it', options);
  } catch (error) {
    if (error instanceof PflowError) return undefined;
    throw error;
  }
}

/** The choice for a `provider/model` name, without contacting a server. */
function choiceOf(provider: Provider, model: string, reason: string, env: NodeJS.ProcessEnv): ModelChoice {
  const baseUrl = endpointOf(provider, env);
  if (provider.keys.length > 0 && !firstSet(provider.keys, env)) throw missingKey(provider);
  if (!baseUrl) throw noServer(provider, baseUrl);
  return {
    provider: provider.id,
    model,
    reason,
    free: provider.keys.length === 0 && isLoopback(baseUrl),
    baseUrl,
  };
}

/** Whether a name selects the offline rules. */
function namesOffline(name: string): boolean {
  return /^\s*offline(\/rules)?\s*$/i.test(name);
}

/** The offline rules. */
export function offline(reason: string): ModelChoice {
  return { provider: 'offline', model: 'rules', reason, free: true };
}

async function chosenByName(
  name: string,
  reason: string,
  { env, probe = listModels, findVendor }: Omit<Parameters<typeof chooseModel>[0], 'flag'>,
): Promise<ModelChoice> {
  if (namesOffline(name)) return offline(reason);
  const { provider, model } = parseModelName(name, findVendor);
  const wanted = model ?? provider.defaultModel;
  if (wanted) return choiceOf(provider, wanted, reason, env);
  const baseUrl = endpointOf(provider, env);
  const offered = baseUrl && firstForText(await probe(baseUrl, NAMED_TIME_LIMIT_MS));
  if (!offered) throw noServer(provider, baseUrl);
  return choiceOf(provider, offered, reason, env);
}

function chosenByKey(env: NodeJS.ProcessEnv): ModelChoice | undefined {
  for (const provider of hostedProviders) {
    const key = firstSet(provider.keys, env);
    if (key && provider.defaultModel)
      return choiceOf(provider, provider.defaultModel, `${key.name} is set`, env);
  }
  return undefined;
}

async function chosenByAnswer(env: NodeJS.ProcessEnv, probe: Probe): Promise<ModelChoice | undefined> {
  const answers = await Promise.all(
    localProviders.map(async (provider) => {
      const baseUrl = endpointOf(provider, env);
      if (!baseUrl || !isLoopback(baseUrl)) return undefined;
      const isNamed = firstSet(provider.baseUrls, env) !== undefined;
      const model = firstForText(await probe(baseUrl, isNamed ? NAMED_TIME_LIMIT_MS : undefined));
      if (!model) return undefined;
      return choiceOf(provider, model, `${provider.label} answers at ${new URL(baseUrl).origin}`, env);
    }),
  );
  return answers.find((answer) => answer !== undefined);
}

/** Servers also list embedding, speech and reranking models. */
function firstForText(models: readonly string[] | undefined): string | undefined {
  return models?.find((id) => !/embed|rerank|whisper|\btts\b|\bbge\b/i.test(id));
}

function missingKey(provider: Provider): PflowError {
  const [key] = provider.keys;
  return new PflowError(
    'llm_refused',
    `${provider.label} needs a key and ${provider.keys.join(' or ')} is not set.`,
    {
      hint: `Set it with: export ${key}=…`,
    },
  );
}

function noServer(provider: Provider, baseUrl: string | undefined): PflowError {
  const message = baseUrl
    ? `${provider.label} does not answer at ${baseUrl} with a model.`
    : `'${provider.id}' needs an address and OPENAI_BASE_URL is not set.`;
  return new PflowError('llm_failed', message, provider.start ? { hint: provider.start } : {});
}
