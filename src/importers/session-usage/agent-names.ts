/** Names the coding agents whose session logs are read. */

/** The agents, by the names that the settings use. */
export const agentNames = ['claude-code', 'codex', 'gemini', 'opencode', 'pi'] as const;
export type AgentName = (typeof agentNames)[number];
