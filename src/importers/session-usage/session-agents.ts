/** Lists the coding agents whose session logs are read, and where each keeps them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentName } from './agent-names.js';
import { createClaudeReader } from './claude-usage.js';
import { createCodexReader } from './codex-usage.js';
import { createGeminiReader, readGeminiCalls } from './gemini-usage.js';
import type { LoggedCall, UsageReader } from './logged-call.js';
import { readOpencodeCalls } from './opencode-usage.js';
import { createPiReader } from './pi-usage.js';

/** An agent. */
export type SessionAgent = Readonly<{
  name: AgentName;
  title: string;
  /** The folders that it uses by default, or as the environment says. */
  folders(env: NodeJS.ProcessEnv, home: string): readonly string[];
  /** Whether a file below such a folder is a log. */
  isLog(path: string): boolean;
  /** Whether its users have a subscription, unless a log or the settings say otherwise. */
  byPlan: boolean;
  /** Whether several logs belong to one session: a call's number in its log does not identify it in the session. */
  dividesSessions: boolean;
  /** Reads a log of JSON lines. */
  createReader?: (file: string, state: unknown) => UsageReader;
  /** Reads a log that is one JSON document, by its name `.json`. */
  readDocument?: (document: unknown, file: string) => readonly LoggedCall[];
}>;

/** All agents. */
export const sessionAgents: readonly SessionAgent[] = [
  {
    name: 'claude-code',
    title: 'Claude Code',
    folders: (env, home) => {
      const set = env['CLAUDE_CONFIG_DIR'];
      // Several folders may be given, separated by commas.
      const roots = set
        ? set.split(',').map((root) => root.trim())
        : [join(configHome(env, home), 'claude'), join(home, '.claude')];
      return roots.map((root) => join(root, 'projects'));
    },
    isLog: (path) => path.endsWith('.jsonl'),
    byPlan: true,
    dividesSessions: true,
    createReader: createClaudeReader,
  },
  {
    name: 'codex',
    title: 'Codex',
    folders: (env, home) => {
      const root = env['CODEX_HOME'] || join(home, '.codex');
      return [join(root, 'sessions'), join(root, 'archived_sessions')];
    },
    isLog: (path) => path.endsWith('.jsonl'),
    byPlan: false,
    dividesSessions: false,
    createReader: createCodexReader,
  },
  {
    name: 'gemini',
    title: 'Gemini CLI',
    folders: (_, home) => [join(home, '.gemini', 'tmp')],
    isLog: (path) => /[\\/]chats[\\/](?:session-[^\\/]*\.jsonl?|[^\\/]+[\\/][^\\/]*\.jsonl)$/.test(path),
    byPlan: true,
    dividesSessions: true,
    createReader: createGeminiReader,
    readDocument: readGeminiCalls,
  },
  {
    name: 'opencode',
    title: 'opencode',
    folders: (env, home) => [
      join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'opencode', 'storage', 'message'),
    ],
    isLog: (path) => /[\\/]msg_[^\\/]*\.json$/.test(path),
    byPlan: false,
    dividesSessions: true,
    readDocument: readOpencodeCalls,
  },
  {
    name: 'pi',
    title: 'pi',
    folders: (env, home) => [join(env['PI_CODING_AGENT_DIR'] || join(home, '.pi', 'agent'), 'sessions')],
    isLog: (path) => path.endsWith('.jsonl'),
    byPlan: false,
    dividesSessions: false,
    createReader: createPiReader,
  },
];

/** The agent of a name. */
export function findAgent(name: AgentName): SessionAgent {
  return sessionAgents.find((each) => each.name === name)!;
}

function configHome(env: NodeJS.ProcessEnv, home: string): string {
  return env['XDG_CONFIG_HOME'] || join(home, '.config');
}

/** The logs of an agent below a folder, sorted; empty if the folder is missing. */
export function listLogs(agent: SessionAgent, folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter(agent.isLog)
      .toSorted();
  } catch {
    return [];
  }
}
