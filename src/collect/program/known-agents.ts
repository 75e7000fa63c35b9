/** Knows the coding agents, which behave differently behind a gateway. */

import { basename } from 'node:path';

/** By the name of the command. */
const agents: Readonly<Record<string, string>> = {
  claude: 'Claude Code',
  gemini: 'Gemini CLI',
  opencode: 'opencode',
  copilot: 'GitHub Copilot CLI',
  goose: 'goose',
  codex: 'Codex',
};

/** The title of the agent that a command starts; undefined for any other program. */
export function findAgent(command: string): string | undefined {
  const name = basename(command).replace(/\.(?:exe|cmd|ps1|js|mjs|cjs)$/i, '');
  return Object.hasOwn(agents, name) ? agents[name] : undefined;
}
