/** Creates the clients of a run. */

import type { ProviderModel } from './observe-parts.js';
import { chooseNamed, type ModelChoice } from '../select/choose-model.js';
import type { LlmClient, ModelSource } from '../client/client.js';
import { createOfflineClient, type OfflineSkills } from '../offline/offline-client.js';
import { createStreamingFetch } from './streamed-response.js';
import { findHostSeller, isLoopback } from '../../lib/model-hosts.js';
import { firstSet, providerOf, type FindVendor } from '../select/provider-list.js';

/** The clients of a run: the chosen model, and other models that nodes name. Clients are created on first use, and the AI SDK is loaded then. */
export function createModelSource(
  choice: ModelChoice,
  options: { env: NodeJS.ProcessEnv; skills: OfflineSkills; findVendor?: FindVendor; replayed?: boolean },
): ModelSource {
  const clients = new Map<string, Promise<LlmClient>>();
  return {
    async client(name) {
      const wanted = name === undefined ? choice : chooseNamed(name, choice, options);
      const key = `${wanted.provider}/${wanted.model}`;
      const client = clients.get(key) ?? createClient(wanted, options);
      clients.set(key, client);
      return client;
    },
  };
}

async function createClient(
  choice: ModelChoice,
  { env, skills, replayed = false }: Parameters<typeof createModelSource>[1],
): Promise<LlmClient> {
  const { provider: id, model, free, baseUrl } = choice;
  if (!baseUrl) return createOfflineClient(skills);
  const provider = providerOf(id);
  const key = firstSet(
    provider?.keys.length ? provider.keys : id === 'openai-compatible' ? ['OPENAI_API_KEY'] : [],
    env,
  );
  const label = provider?.label ?? id;
  const settings = {
    baseURL: baseUrl,
    fetch: createStreamingFetch(label),
    ...(key ? { apiKey: key.value } : {}),
  };
  const [{ AiSdkClient }, languageModel] = await Promise.all([
    import('./ai-sdk-client.js'),
    loadModel(id, model, settings, provider?.baseUrl === baseUrl),
  ]);
  const asked = { label, model, baseUrl, key, start: provider?.start };
  return new AiSdkClient({
    provider: id,
    seller: findOtherSeller(id, baseUrl),
    free,
    replayed,
    languageModel,
    asked,
  });
}

/**
 * Who sells at an address that was set in place of the provider's own: a known seller, else the host, whose prices are not known. A
 * server of this machine has the prices of the provider that was named.
 */
function findOtherSeller(provider: string, baseUrl: string): string | undefined {
  const { hostname, host, pathname } = new URL(baseUrl);
  if (isLoopback(hostname)) return undefined;
  const seller = findHostSeller(hostname, pathname) ?? host;
  return seller === provider ? undefined : seller;
}

/** Always a provider instance: the SDK would send a bare model name to a hosted gateway. */
async function loadModel(
  provider: string,
  model: string,
  settings: { baseURL: string; apiKey?: string; fetch: typeof fetch },
  isPublicEndpoint: boolean,
): Promise<ProviderModel> {
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
