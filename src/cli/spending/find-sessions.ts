/** Finds the folders in which coding agents keep their session logs. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { findAgent, listLogs, sessionAgents } from '../../importers/session-usage/session-agents.js';
import type { SessionSettings } from '../args/session-settings.js';
import type { LogFolders } from './log-entry.js';
import { SessionIndex } from './session-index.js';

/** The folders that exist: those of the settings, else those that an agent uses by default or as the environment says. */
export function findSessionFolders(
  { folders, paid }: SessionSettings,
  env: NodeJS.ProcessEnv = process.env,
): LogFolders[] {
  return sessionAgents.flatMap((agent) => {
    const known = [...new Set(folders[agent.name] ?? agent.folders(env, env['HOME'] || homedir()))];
    const found = known.filter((folder) => existsSync(folder));
    return found.length === 0 ? [] : [{ agent: agent.name, folders: found, paid: paid.includes(agent.name) }];
  });
}

/** The index of the logs in these folders; it is read when it is first updated. */
export function openSessionIndex(settings: SessionSettings): SessionIndex {
  return new SessionIndex(findSessionFolders(settings));
}

/** What there is to read, for the question whether to: the agents with logs and the number of these. */
export function countLogs(where: readonly LogFolders[]): { title: string; logs: number }[] {
  return where.flatMap(({ agent: name, folders }) => {
    const agent = findAgent(name);
    const paths = folders.flatMap((folder) => listLogs(agent, folder));
    // A log that is one message is in a folder of its session.
    const logs = agent.createReader ? paths.length : new Set(paths.map((path) => dirname(path))).size;
    return logs === 0 ? [] : [{ title: agent.title, logs }];
  });
}
