/** Connects to MCP servers. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult, Progress, Tool } from '@modelcontextprotocol/sdk/types.js';
import { PflowError } from '../../lib/error.js';
import { clampDelay } from '../../lib/timer.js';
import { pflowVersion } from '../../lib/version.js';
import { callFailure, connectFailure, describeNeed, statusOf } from './mcp-failure.js';
import type { McpServer } from './mcp-settings.js';
import { MOST_SAID, openTransport, type Line } from './mcp-transport.js';
import { createOutputValidator } from './output-validator.js';

/** Callbacks of a call. */
export type CallContext = Readonly<{
  signal: AbortSignal;
  /** Receives progress, logs and stderr of the server while the call runs. */
  log?: (text: string, stream?: 'stdout' | 'stderr' | 'warning') => void;
  /** Receives the progress as numbers. */
  progress?: (done: number, total?: number, message?: string) => void;
  /** The W3C trace context that the server receives. */
  traceparent?: string | undefined;
}>;

/** A connected server. */
export type McpConnection = Readonly<{
  tools: readonly Tool[];
  call(
    tool: string,
    params: Readonly<Record<string, unknown>>,
    context: CallContext,
  ): Promise<CallToolResult>;
  /** Whether the server is gone. */
  isClosed(): boolean;
  /** Closes the connection, and stops a server started here. */
  close(): Promise<void>;
}>;

const CONNECT_MS = 20_000;
/** Grace period in ms after closing the input of a server. */
const GRACE_MS = 500;

type ConnectOptions = Readonly<{ signal?: AbortSignal | undefined; connectMs?: number | undefined }>;

/** Starts or connects to a server and lists its tools. Rejects with a PflowError that states the reason. */
export async function connect(server: McpServer, options: ConnectOptions = {}): Promise<McpConnection> {
  if (server.type === 'sse') return connectBy(server, options, true);
  try {
    return await connectBy(server, options, false);
  } catch (error) {
    // The protocol's rule for servers of its first version: they refuse the POST, and stream on a GET.
    const status = statusOf((error as { cause?: unknown }).cause ?? error);
    if (server.url === undefined || status === undefined || ![400, 404, 405].includes(status)) throw error;
    return connectBy(server, options, true).catch(() => {
      throw error;
    });
  }
}

async function connectBy(
  server: McpServer,
  { signal, connectMs = CONNECT_MS }: ConnectOptions,
  sse: boolean,
): Promise<McpConnection> {
  // Loaded lazily: the SDK is large, and most runs use no server.
  const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new Client(
    { name: 'pflow', version: pflowVersion() },
    { jsonSchemaValidator: await createOutputValidator() },
  );
  const line = await openTransport(server, sse);
  const killNow = () => line.kill(line.pid());
  let isClosed = false;
  const close = async (): Promise<void> => {
    // A closed transport no longer knows its process.
    const pid = line.pid();
    const hasEnded = client.close().then(() => true);
    line.kill((await Promise.race([hasEnded, sleep(GRACE_MS, false)])) ? undefined : pid);
    process.removeListener('exit', killNow);
  };
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a callback of the SDK
  client.onclose = () => void (isClosed = true);
  process.once('exit', killNow);
  try {
    const limits = { timeout: connectMs, ...(signal ? { signal } : {}) };
    await client.connect(line.transport, limits);
    const tools = client.getServerCapabilities()?.tools ? await listTools(client, limits) : [];
    return {
      tools,
      call: await createCaller(client, server, line, () => isClosed),
      isClosed: () => isClosed,
      close,
    };
  } catch (cause) {
    const failure = connectFailure(cause, { server, said: line.said(), isClosed });
    await close();
    throw failure;
  }
}

async function listTools(client: Client, limits: { timeout: number; signal?: AbortSignal }): Promise<Tool[]> {
  const tools: Tool[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, limits);
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

/** A call in progress: where the server's words go, and what it asked its client for. */
type Running = {
  log: NonNullable<CallContext['log']>;
  asked: Set<string>;
  /** The end of what the server wrote to stderr meanwhile. */
  said: string;
};

async function createCaller(
  client: Client,
  server: McpServer,
  line: Line,
  isClosed: () => boolean,
): Promise<McpConnection['call']> {
  const running = new Set<Running>();
  await watchServer(client, line, running);
  return async (tool, params, { signal, log = () => {}, progress, traceparent }) => {
    const own: Running = { log, asked: new Set(), said: '' };
    running.add(own);
    try {
      // As OpenTelemetry's conventions for MCP propagate it.
      const meta = traceparent === undefined ? {} : { _meta: { traceparent } };
      const result = (await client.callTool({ name: tool, arguments: params, ...meta }, undefined, {
        signal,
        timeout: clampDelay(server.timeout * 1000),
        // The SDK asks for progress only with a listener.
        resetTimeoutOnProgress: true,
        onprogress: createProgressListener(log, progress),
      })) as CallToolResult;
      const need = result.isError ? describeNeed(own.asked, JSON.stringify(result.content)) : undefined;
      if (need === undefined) return result;
      throw new PflowError(
        'node_failed',
        `The tool '${tool}' of the MCP server '${server.name}' needs ${need}, which pflow does not offer.`,
      );
    } catch (cause) {
      if (cause instanceof PflowError) throw cause;
      throw callFailure(tool, cause, { server, said: own.said, isClosed: isClosed() });
    } finally {
      running.delete(own);
    }
  };
}

/** Passes logs, stderr and requests of a server on to the calls in progress; which of several they belong to is not known. */
async function watchServer(client: Client, line: Line, running: ReadonlySet<Running>): Promise<void> {
  const { ErrorCode, LoggingMessageNotificationSchema, McpError } =
    await import('@modelcontextprotocol/sdk/types.js');
  const first = (): Running | undefined => running.values().next().value;
  line.onStderr((text) => {
    for (const each of running) each.said = (each.said + text).slice(-MOST_SAID);
    first()?.log(text, 'stderr');
  });
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
    const text = typeof params.data === 'string' ? params.data : JSON.stringify(params.data);
    first()?.log(`${params.level}: ${text}\n`, 'stdout');
  });
  client.fallbackRequestHandler = ({ method }) => {
    for (const { asked } of running) asked.add(method);
    return Promise.reject(new McpError(ErrorCode.MethodNotFound, `pflow does not offer ${method}`));
  };
}

/** Progress is reported four times a second at most. */
const PROGRESS_INTERVAL_MS = 250;

function createProgressListener(
  log: Running['log'],
  report: CallContext['progress'],
): (progress: Progress) => void {
  let loggedAt = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - loggedAt < PROGRESS_INTERVAL_MS) return;
    loggedAt = now;
    log(`${formatProgress(progress)}\n`);
    const { progress: done, total, message } = progress;
    if (done >= 0 && (total === undefined || total >= 0)) report?.(...toUnits(done, total), message);
  };
}

/** Whole units: a share such as 0.25 of 1 as percent. */
function toUnits(done: number, total: number | undefined): [number, number | undefined] {
  if (Number.isInteger(done) && Number.isInteger(total ?? 0)) return [done, total];
  return total === undefined || total === 0
    ? [Math.floor(done), undefined]
    : [Math.round((done / total) * 100), 100];
}

function formatProgress({ progress, total, message }: Progress): string {
  const share = total === undefined ? `${progress}` : `${progress} of ${total}`;
  return message === undefined ? `progress: ${share}` : `progress: ${share}, ${message}`;
}
