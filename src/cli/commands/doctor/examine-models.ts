/** Examines for `pflow doctor` which models can be used: the chosen one, keys by name, local servers. */
import { messageOf, PflowError } from '../../../lib/error.js';
import { chooseModel } from '../../../llm/select/choose-model.js';
import { listModels } from '../../../llm/select/probe.js';
import {
  endpointOf,
  hostedProviders,
  isLoopback,
  localProviders,
  type Provider,
} from '../../../llm/select/provider-list.js';
import { resolveModel } from '../../../pricing/names/resolve-model.js';
import { defaultPrices } from '../../../pricing/table/load-prices.js';
import { findVendor } from '../../../session/models/find-vendor.js';
import { readSharedSettings } from '../../args/shared-settings.js';

/** The model that a run would use now, or why no model can be used. */
export type ModelReport =
  | Readonly<{ provider: string; model: string; reason: string; price: 'known' | 'unknown' | 'free' }>
  | Readonly<{ error: string; hint?: string }>;

/** A variable for a key: whether it has a value, never which. */
export type KeyReport = Readonly<{
  name: string;
  provider: string;
  from: 'environment' | 'settings.json' | null;
}>;

/** A local server; `models` is null if it does not answer. */
export type ServerReport = Readonly<{ provider: string; address: string; models: number | null }>;

/** Chooses the model as a run without options does. Only loopback is contacted. */
export async function examineModel(env: NodeJS.ProcessEnv): Promise<ModelReport> {
  try {
    const choice = await chooseModel({ env, byDefault: readSharedSettings(env).defaultModel, findVendor });
    const { provider, model, reason, free } = choice;
    const { pricedAs } = resolveModel(model, { provider, prices: defaultPrices() });
    return { provider, model, reason, price: free ? 'free' : pricedAs === undefined ? 'unknown' : 'known' };
  } catch (error) {
    const hint = error instanceof PflowError ? error.hint : undefined;
    return { error: messageOf(error), ...(hint === undefined ? {} : { hint }) };
  }
}

/** Why the default model of settings.json cannot be used; undefined if it can, or if none is set. */
export async function examineDefaultModel(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { defaultModel } = readSharedSettings(env);
  if (defaultModel === undefined || env['PFLOW_MODEL']?.trim()) return undefined;
  try {
    await chooseModel({ flag: defaultModel, env, findVendor });
    return undefined;
  } catch (error) {
    return `llm.default_model in settings.json, '${defaultModel}', cannot be used: ${messageOf(error)}`;
  }
}

/** The variables of all hosted providers, in the order in which they are used. */
export function examineKeys(env: NodeJS.ProcessEnv): KeyReport[] {
  const shared = readSharedSettings(env).env;
  return hostedProviders.flatMap(({ id, keys }) =>
    keys.map((name): KeyReport => {
      const value = env[name]?.trim();
      // At start the values of settings.json were put where the environment had none.
      const isShared = value !== undefined && shared[name]?.trim() === value;
      return { name, provider: id, from: value ? (isShared ? 'settings.json' : 'environment') : null };
    }),
  );
}

/** The servers on this machine that a run looks for. Others are not contacted. */
export async function examineServers(env: NodeJS.ProcessEnv): Promise<ServerReport[]> {
  const found = await Promise.all(
    localProviders.map(async (provider): Promise<ServerReport | undefined> => {
      const address = addressOf(provider, env);
      if (address === undefined) return undefined;
      const models = isLoopback(address) ? await listModels(address) : undefined;
      return { provider: provider.id, address: new URL(address).origin, models: models?.length ?? null };
    }),
  );
  return found.filter((each) => each !== undefined);
}

/** An address that cannot be parsed is reported with the model, which cannot be chosen then. */
function addressOf(provider: Provider, env: NodeJS.ProcessEnv): string | undefined {
  try {
    return endpointOf(provider, env);
  } catch {
    return undefined;
  }
}
