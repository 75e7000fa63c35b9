/** Runs `pflow mcp`: serves earlier runs to agents over stdio, read-only. */
import { messageOf, PflowError } from '../../../lib/error.js';
import { safeJson } from '../../../lib/text/safe-text.js';
import { pflowVersion } from '../../../lib/version.js';
import { print } from '../../io/console.js';
import { exitCodes, type ExitCode } from '../../io/exit-code.js';
import type { Invocation } from '../../io/invocation.js';
import { adviceOnCommand } from '../../target/published-commands.js';
import { mcpTools } from './mcp-tools.js';

const HOW_TO_CONNECT = `\`pflow mcp\` serves earlier runs to an agent over stdin and stdout. An agent starts it itself:

  Claude Code  claude mcp add pflow -- pflow mcp
  Codex        codex mcp add pflow -- pflow mcp
  others       { "mcpServers": { "pflow": { "command": "pflow", "args": ["mcp"] } } }

It only reads. Answers have names, times, tokens and costs; prompts and responses only where the agent asks for content.`;

/** `pflow mcp`: until stdin ends. On a terminal it prints how to connect an agent instead. */
export async function mcp({ operands }: Invocation<object>): Promise<ExitCode> {
  if (operands.length > 0)
    throw new PflowError('usage', `\`pflow mcp\` takes no operands, but got: ${operands.join(' ')}`, {
      hint: adviceOnCommand(['mcp', ...operands]) ?? 'Type `pflow mcp` to see how an agent connects.',
    });
  if (process.stdin.isTTY) {
    print(HOW_TO_CONNECT);
    return exitCodes.done;
  }
  const [{ Server }, { StdioServerTransport }, { CallToolRequestSchema, ListToolsRequestSchema }] =
    await Promise.all([
      import('@modelcontextprotocol/sdk/server/index.js'),
      import('@modelcontextprotocol/sdk/server/stdio.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ]);
  const server = new Server({ name: 'pflow', version: pflowVersion() }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.entries(mcpTools).map(([name, { description, parameters, required = [] }]) => ({
      name,
      description,
      inputSchema: { type: 'object' as const, properties: parameters, required: [...required] },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    answer(params.name, params.arguments ?? {}),
  );
  const closed = new Promise<void>((resolve) => {
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a callback of the SDK
    server.onclose = resolve;
    process.stdin.once('end', resolve);
  });
  await server.connect(new StdioServerTransport());
  await closed;
  await server.close();
  return exitCodes.done;
}

/** A failure is an answer that says what to do; the agent reads it. */
async function answer(
  name: string,
  given: Readonly<Record<string, unknown>>,
): Promise<{ content: { type: 'text'; text: string }[]; isError?: true }> {
  const toContent = (value: string) => [{ type: 'text' as const, text: value }];
  try {
    const tool = Object.hasOwn(mcpTools, name) ? mcpTools[name] : undefined;
    if (!tool) throw new PflowError('not_found', `There is no tool '${name}'.`);
    for (const param of tool.required ?? [])
      if (given[param] === undefined) throw new PflowError('usage', `The parameter '${param}' is missing.`);
    return { content: toContent(safeJson(JSON.stringify(await tool.answer(given)))) };
  } catch (error) {
    const hint = error instanceof PflowError && error.hint !== undefined ? ` ${error.hint}` : '';
    return { content: toContent(`${messageOf(error)}${hint}`), isError: true };
  }
}
