/** Caches the tools of MCP servers. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { pflowHome } from '../../lib/home.js';
import { writeSaved } from '../../workflow/library/saved-file.js';
import type { McpServer } from './mcp-settings.js';

type Env = Readonly<Record<string, string | undefined>>;

/** The cached tools of a server; undefined if never listed or if the configuration changed. */
export function readToolList(server: McpServer, env: Env): readonly Tool[] | undefined {
  try {
    const kept = schema.parse(JSON.parse(readFileSync(fileOf(server, env), 'utf8')));
    return kept.setup === setupOf(server) ? (kept.tools as Tool[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Caches the tools of a server. A failed write is ignored: the server is queried again. */
export function keepToolList(server: McpServer, tools: readonly Tool[], env: Env): void {
  try {
    writeSaved(fileOf(server, env), `${JSON.stringify({ setup: setupOf(server), tools })}\n`);
  } catch {
    // A cache of what the server reports.
  }
}

const tool = z.looseObject({ name: z.string(), inputSchema: z.looseObject({ type: z.literal('object') }) });
const schema = z.object({ setup: z.string(), tools: z.array(tool) });

function fileOf({ name }: McpServer, env: Env): string {
  return join(pflowHome(env), 'mcp-tools', `${name}.json`);
}

/** The cache key of a server, without readable secrets. */
function setupOf({ command, args, env, cwd, url, headers }: McpServer): string {
  const setup = JSON.stringify([command, args, env, cwd, url, headers]);
  return createHash('sha256').update(setup).digest('hex');
}
