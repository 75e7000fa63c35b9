/** Reads the call of a message that opencode has stored as a JSON document. */
import { asFields, getField } from '../../usage/fields/fields.js';
import { readUsage } from '../frame/call-usage.js';
import { textIn } from '../frame/record-text.js';
import { toIsoTime } from './log-time.js';
import type { LoggedCall } from './logged-call.js';
import { readPlainOpencode } from './plain-usage.js';

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
