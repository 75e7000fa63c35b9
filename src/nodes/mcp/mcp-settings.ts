/** Reads MCP server settings. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../lib/error.js';
import { pflowHome } from '../../lib/home.js';
import { parseJson } from '../../workflow/format/parse-json.js';
import { formatProblem } from '../../workflow/format/problem.js';
import { schemaProblems } from '../../workflow/format/schema-problems.js';

const texts = z.record(z.string(), z.string());

const serverSchema = z.looseObject({
  /** A stdio server. */
  command: z.string().min(1).optional(),
  args: z.array(z.string()).default([]),
  env: texts.default({}),
  cwd: z.string().optional(),
  /** An HTTP server. */
  url: z.url({ protocol: /^https?$/ }).optional(),
  headers: texts.default({}),
  /** `sse` for an HTTP server of the protocol's first version; it is tried by itself where the newer one is refused. */
  type: z.string().optional(),
  /** Timeout of a call in seconds. */
  timeout: z.number().positive().default(120),
  disabled: z.boolean().default(false),
});

const fileSchema = z.looseObject({ mcpServers: z.record(z.string(), z.unknown()).default({}) });

/** A configured server; exactly one of `command` and `url` is set. */
export type McpServer = Readonly<z.output<typeof serverSchema> & { name: string }>;

export type McpPlaces = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** Whether to read the servers of the working directory; default true. */
  project?: boolean;
}>;

/**
 * The servers under `mcpServers` in ~/.pflow/mcp-servers.json, settings.json and .pflow/mcp.json of the working directory, each of which takes
 * precedence. `${NAME}` expands environment variables. Invalid entries produce warnings.
 */
export function readMcpServers({ env, cwd, project = true }: McpPlaces): {
  servers: McpServer[];
  warnings: string[];
} {
  const servers = new Map<string, McpServer>();
  const warnings: string[] = [];
  const ofProject = project ? [join(cwd, '.pflow', 'mcp.json')] : [];
  // Published pflow keeps its servers in mcp-servers.json.
  const ofUser = ['mcp-servers.json', 'settings.json'].map((file) => join(pflowHome(env), file));
  for (const path of [...ofUser, ...ofProject]) {
    for (const [name, config] of Object.entries(readFile(path, warnings))) {
      servers.delete(name);
      const server = readServer(name, config, env, (why) =>
        warnings.push(`The MCP server '${name}' in ${path} cannot be used: ${why}`),
      );
      if (server && !server.disabled) servers.set(name, server);
    }
  }
  return { servers: [...servers.values()], warnings };
}

function readFile(path: string, warnings: string[]): Readonly<Record<string, unknown>> {
  try {
    const content = parseJson(readFileSync(path, 'utf8'));
    const [problem] = schemaProblems(fileSchema, content);
    if (problem) throw new Error(formatProblem(problem));
    return fileSchema.parse(content).mcpServers;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      warnings.push(`${path} cannot be read: ${messageOf(error)}`);
    return {};
  }
}

function readServer(
  name: string,
  config: unknown,
  env: McpPlaces['env'],
  refuse: (why: string) => void,
): McpServer | undefined {
  const missing = new Set<string>();
  const filled = fill(config, env, missing);
  const [problem] = schemaProblems(serverSchema, filled);
  if (problem) return void refuse(formatProblem(problem));
  const server = serverSchema.parse(filled);
  if (!/^[\w.-]+$/.test(name))
    return void refuse("its name may have letters, digits, '_', '.' and '-' only.");
  if (!server.disabled && missing.size > 0)
    return void refuse(`the environment variable ${[...missing].join(', ')} is not set.`);
  if ((server.command === undefined) === (server.url === undefined))
    return void refuse('it needs a command or a url, and not both.');
  return { ...server, name };
}

function fill(value: unknown, env: McpPlaces['env'], missing: Set<string>): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)\}/g, (_whole, name: string) => {
      if (env[name] === undefined) missing.add(name);
      return env[name] ?? '';
    });
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, env, missing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, env, missing)]));
}
