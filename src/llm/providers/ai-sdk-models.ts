/** Creates the clients of a run. */

import type { LanguageModel } from 'ai';
import { PflowError } from '../../lib/error.js';
import { choiceOf, namesOffline, offline, type ModelChoice } from '../select/choose-model.js';
import type { LlmClient, ModelSource } from '../client/client.js';
import { createOfflineClient, type OfflineSkills } from '../offline/offline-client.js';
import { firstSet, MODEL_SPELLINGS, parseModelName, providerOf } from '../select/provider-list.js';

/** The clients of a run: the chosen model, and other models that nodes name. Clients are created on first use, and the AI SDK is loaded then. */
export function createModelSource(
  choice: ModelChoice,
  { env, skills }: { env: NodeJS.ProcessEnv; skills: OfflineSkills },
): ModelSource {
  const clients = new Map<string, Promise<LlmClient>>();
  return {
    async client(name) {
      const wanted = name === undefined ? choice : choiceNamed(name, choice, env);
      const key = `${wanted.provider}/${wanted.model}`;
      const client = clients.get(key) ?? createClient(wanted, env, skills);
      clients.set(key, client);
      return client;
    },
  };
}

function choiceNamed(name: string, choice: ModelChoice, env: NodeJS.ProcessEnv): ModelChoice {
  if (name === `${choice.provider}/${choice.model}`) return choice;
  if (namesOffline(name)) return offline('the node names it');
  const { provider, model = provider.defaultModel } = parseModelName(name);
  if (model) return choiceOf(provider, model, 'the node names it', env);
  throw new PflowError('usage', `'${name}' does not say which model of ${provider.label}.`, {
    hint: MODEL_SPELLINGS,
  });
}

async function createClient(
  choice: ModelChoice,
  env: NodeJS.ProcessEnv,
  skills: OfflineSkills,
): Promise<LlmClient> {
  const { provider: id, model, free, baseUrl } = choice;
  if (!baseUrl) return createOfflineClient(skills);
  const provider = providerOf(id);
  const key = firstSet(
    provider?.keys.length ? provider.keys : id === 'openai-compatible' ? ['OPENAI_API_KEY'] : [],
    env,
  );
  const [{ AiSdkClient }, languageModel] = await Promise.all([
    import('./ai-sdk-client.js'),
    loadModel(
      id,
      model,
      { baseURL: baseUrl, ...(key ? { apiKey: key.value } : {}) },
      provider?.baseUrl === baseUrl,
    ),
  ]);
  const asked = { label: provider?.label ?? id, model, baseUrl, keyName: key?.name, start: provider?.start };
  return new AiSdkClient({ provider: id, free, languageModel, asked });
}

/** Always a provider instance: the SDK would send a bare model name to a hosted gateway. */
async function loadModel(
  provider: string,
  model: string,
  settings: { baseURL: string; apiKey?: string },
  isPublicEndpoint: boolean,
): Promise<Exclude<LanguageModel, string>> {
  switch (provider) {
    case 'anthropic':
      return (await import('@ai-sdk/anthropic')).createAnthropic(settings)(model);
    case 'google':
      return (await import('@ai-sdk/google')).createGoogleGenerativeAI(settings)(model);
    case 'openai': {
      const openai = (await import('@ai-sdk/openai')).createOpenAI(settings);
      // OpenAI-compatible servers implement chat completions; few implement the Responses API.
      return isPublicEndpoint ? openai.responses(model) : openai.chat(model);
    }
    default: {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      return createOpenAICompatible({
        ...settings,
        name: provider,
        // Required for usage in streams and for schemas.
        includeUsage: true,
        supportsStructuredOutputs: true,
      }).chatModel(model);
    }
  }
}
