/** Reads the calls of Gemini CLI's sessions and of opencode's stored messages, which are whole JSON documents. */
import { asFields, getField, toList } from '../../usage/fields/fields.js';
import { readUsage } from '../frame/call-usage.js';
import { textIn } from '../frame/record-text.js';
import { toIsoTime } from './log-time.js';
import type { LoggedCall } from './logged-call.js';
import { readPlainGemini, readPlainOpencode } from './plain-usage.js';

/** The calls of a session file of Gemini CLI. */
export function readGeminiCalls(document: unknown, file: string): LoggedCall[] {
  const session = textIn(document, 'sessionId') ?? file;
  const started = getField(document, 'startTime');
  return toList(getField(document, 'messages')).flatMap((message) => {
    const at = toIsoTime(getField(message, 'timestamp')) ?? toIsoTime(started);
    if (textIn(message, 'type') !== 'gemini' || at === undefined) return [];
    const model = textIn(message, 'model');
    const tokens = asFields(getField(message, 'tokens'));
    const tools = toList(getField(message, 'toolCalls')).map((call) => textIn(call, 'name') ?? 'tool');
    return [
      {
        session,
        at,
        provider: 'google',
        model: model ?? 'unknown',
        usage: tokens
          ? (readPlainGemini(tokens) ?? readUsage({ usage: tokens }, { provider: 'google', model }))
          : null,
        tools: [...new Set(tools)],
        project: projectOf(document),
      },
    ];
  });
}

function projectOf(document: unknown): string | undefined {
  const [first] = toList(getField(document, 'directories'));
  return typeof first === 'string' ? first : undefined;
}

/** The call of a message that opencode has stored; none for a message of the user, and for one without tokens. */
export function readOpencodeCalls(message: unknown, file: string): LoggedCall[] {
  const at = toIsoTime(getField(message, 'time', 'completed') ?? getField(message, 'time', 'created'));
  const tokens = asFields(getField(message, 'tokens'));
  if (textIn(message, 'role') !== 'assistant' || at === undefined || !tokens) return [];
  const provider =
    textIn(message, 'providerID') ?? textIn(getField(message, 'model'), 'providerID') ?? 'unknown';
  const model = textIn(message, 'modelID') ?? textIn(getField(message, 'model'), 'modelID') ?? 'unknown';
  const usage = readPlainOpencode(tokens) ?? readUsage({ tokens }, { provider, model });
  return [
    {
      session: textIn(message, 'sessionID') ?? file,
      at,
      provider,
      model,
      usage,
      tools: [],
      ...(asFields(getField(message, 'error')) ? { failed: true } : {}),
      // Its own estimate is 0 for what a subscription covers.
      plan: getField(message, 'cost') === 0 && (usage?.input ?? 0) > 0,
      project: textIn(getField(message, 'path'), 'cwd', 'root'),
    },
  ];
}
