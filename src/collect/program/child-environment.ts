/** Computes the environment of an observed program: what it has already, and what makes it observable. */

import { SPOOL_VARIABLE } from '../../tap/spool/spool-messages.js';
import { ANSWERS_PATH, REPLAY_VARIABLE } from '../../tap/spool/request-answer.js';
import { gatewayProviders, listUpstreams, type Upstreams } from '../gateway/providers.js';
import { directTelemetry, type DirectedTelemetry } from './direct-telemetry.js';
import { findAgent } from './known-agents.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** How a program is to be observed. */
export type ObservationPlan = Readonly<{
  /** The command, without its arguments. */
  command: string;
  /** The server of this run, with its secret: both the gateway and the OTLP endpoint. */
  url: string;
  /** The tap's file; undefined without one. */
  tapFile?: string | undefined;
  spoolFolder: string;
  traceparent: string;
  /** Also directs known agents to the gateway. */
  gateway: boolean;
  /** Enables the agents' own recording of prompts and responses. */
  content: boolean;
  /** Has the requests of tapped processes answered by the server. */
  replay?: boolean;
}>;

/** The environment of the program, and what follows from what was in it. */
export type ChildEnvironment = Pick<DirectedTelemetry, 'args' | 'forwardTo'> &
  Readonly<{
    env: Environment;
    /** Where the gateway forwards to. */
    upstreams: Upstreams;
    /** What is not observed, or observed in a way that changes what the program sends; one sentence each. */
    notes: readonly string[];
  }>;

/**
 * The environment for a program. Nothing that the user has set is lost: options of Node are kept, a base URL becomes the gateway's
 * upstream, an endpoint for telemetry receives the same bytes, and a trace context stays.
 */
export function createChildEnvironment(env: Environment, plan: ObservationPlan): ChildEnvironment {
  const added: Record<string, string> = {};
  const notes: string[] = [];
  if (plan.tapFile !== undefined) {
    added[SPOOL_VARIABLE] = plan.spoolFolder;
    added['NODE_OPTIONS'] = [env['NODE_OPTIONS'], `--require ${quote(plan.tapFile)}`]
      .filter(Boolean)
      .join(' ');
    if (plan.replay) added[REPLAY_VARIABLE] = `${plan.url}${ANSWERS_PATH}`;
  }
  added['TRACEPARENT'] = env['TRACEPARENT'] || plan.traceparent;
  const proxy = findProxy(env);
  if (proxy !== undefined) {
    notes.push(
      `${proxy} is set, which would also apply to pflow's own address: only Node programs are observed. Add 127.0.0.1 to NO_PROXY to observe others.`,
    );
    return { env: { ...env, ...added }, upstreams: listUpstreams(), args: [], forwardTo: {}, notes };
  }
  const upstreams = addBaseUrls(env, plan, added, notes);
  const telemetry = directTelemetry(env, { ...plan, agent: findAgent(plan.command) });
  const { args, forwardTo } = telemetry;
  notes.push(...telemetry.notes);
  return { env: { ...env, ...added, ...telemetry.added }, upstreams, args, forwardTo, notes };
}

/** Sets the base URLs of the providers whose keys are there. The upstreams are those of the user where set. */
function addBaseUrls(
  env: Environment,
  { command, gateway, url }: ObservationPlan,
  added: Record<string, string>,
  notes: string[],
): Upstreams {
  const agent = findAgent(command);
  if (agent && !gateway) return listUpstreams();
  const own: Record<string, string> = {};
  const directed: string[] = [];
  for (const [name, { keyNames, baseUrlNames, basePath }] of Object.entries(gatewayProviders)) {
    if (!keyNames.some((key) => env[key])) continue;
    const set = baseUrlNames.find((each) => env[each]);
    if (set !== undefined) own[name] = env[set]!;
    for (const each of set === undefined ? baseUrlNames : baseUrlNames.filter((other) => env[other])) {
      added[each] = `${url}/${name}${set === undefined ? basePath : ''}`;
      directed.push(each);
    }
  }
  if (agent && directed.length > 0) {
    notes.push(
      `${agent.title} is directed to the gateway (${directed.join(', ')}): it may turn off features that it uses only with its provider's own address, such as prompt caching, and cost more.`,
    );
  }
  return listUpstreams(own);
}

/** The variable of a proxy that would be used for this machine's own address. */
function findProxy(env: Environment): string | undefined {
  const excluded = (env['NO_PROXY'] ?? env['no_proxy'] ?? '').split(',').map((each) => each.trim());
  if (excluded.some((each) => each === '*' || each === '127.0.0.1')) return undefined;
  return ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'].find(
    (name) => env[name],
  );
}

/** As NODE_OPTIONS is parsed: a value with spaces is quoted, with backslash as the escape. */
function quote(path: string): string {
  return /[\s"\\]/.test(path) ? `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"` : path;
}
