/** Reads the settings about session logs of coding agents, from `traces` in ~/.pflow/settings.json. */
import { isJsonObject } from '../../lib/data/json-object.js';
import { agentNames, type AgentName } from '../../importers/session-usage/agent-names.js';

/** The settings about session logs. */
export type SessionSettings = Readonly<{
  /** The user's answer: whether they are read. undefined before it was given. */
  allowed: boolean | undefined;
  /** Folders instead of an agent's default ones. */
  folders: Readonly<Partial<Record<AgentName, readonly string[]>>>;
  /** Agents whose calls are paid one by one rather than by a subscription. */
  paid: readonly AgentName[];
}>;

/** The names of these settings. */
export const sessionSettingNames: readonly string[] = ['sessions', 'sessionFolders', 'paidAgents'];

/** Reads the settings; each warning is a sentence about one that could not be used. */
export function readSessionSettings({
  sessions,
  sessionFolders,
  paidAgents,
}: Readonly<Record<string, unknown>>): { settings: SessionSettings; warnings: string[] } {
  const warnings: string[] = [];
  if (sessions !== undefined && sessions !== 'read' && sessions !== 'ignore')
    warnings.push('traces.sessions must be "read" or "ignore".');
  const paid = Array.isArray(paidAgents) ? paidAgents.filter(isAgent) : [];
  if (paidAgents !== undefined && !(Array.isArray(paidAgents) && paid.length === paidAgents.length))
    warnings.push(`traces.paidAgents must be a list of: ${agentNames.join(', ')}.`);
  const folders = Object.entries(isJsonObject(sessionFolders) ? sessionFolders : {}).flatMap(
    ([agent, list]): [AgentName, readonly string[]][] =>
      isAgent(agent) && Array.isArray(list) && list.every((each) => typeof each === 'string')
        ? [[agent, list]]
        : [],
  );
  if (
    sessionFolders !== undefined &&
    !(isJsonObject(sessionFolders) && folders.length === Object.keys(sessionFolders).length)
  )
    warnings.push('traces.sessionFolders must be an object such as {"codex": ["/data/codex/sessions"]}.');
  return {
    settings: {
      allowed: sessions === 'read' ? true : sessions === 'ignore' ? false : undefined,
      folders: Object.fromEntries(folders),
      paid,
    },
    warnings,
  };
}

function isAgent(name: unknown): name is AgentName {
  return (agentNames as readonly unknown[]).includes(name);
}
