/** Probes a local server for its models. */

import { get } from 'node:http';

/** The models of an OpenAI-compatible server; undefined if none responds. */
export type Probe = (baseUrl: string, timeLimitMs?: number) => Promise<readonly string[] | undefined>;

/** Timeout in ms: long enough for a busy machine, short enough to go unnoticed. */
const TIME_LIMIT_MS = 150;

/** Timeout in ms for a server that the user named: it may be loading a model. A port where nothing listens refuses at once. */
export const NAMED_TIME_LIMIT_MS = 10_000;
const SIZE_LIMIT = 1_000_000;

/**
 * Requests `GET <baseUrl>/models`. Never throws: anything but a list of models in time counts as no server. The
 * connection is closed, so that it does not keep the process alive.
 */
export function listModels(
  baseUrl: string,
  timeLimitMs = TIME_LIMIT_MS,
): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    if (!baseUrl.startsWith('http:')) return resolve(undefined);
    const done = (models: readonly string[] | undefined): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(models);
    };
    const timer = setTimeout(() => done(undefined), timeLimitMs);
    const request = get(
      `${baseUrl}/models`,
      { agent: false, headers: { accept: 'application/json' } },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > SIZE_LIMIT) done(undefined);
        });
        response.on('end', () => done(response.statusCode === 200 ? modelIds(body) : undefined));
        response.on('error', () => done(undefined));
      },
    );
    request.on('error', () => done(undefined));
  });
}

function modelIds(body: string): readonly string[] | undefined {
  let list: unknown;
  try {
    list = (JSON.parse(body) as { data?: unknown } | null)?.data;
  } catch {
    return undefined;
  }
  if (!Array.isArray(list)) return undefined;
  return list
    .map((entry) => (entry as { id?: unknown } | null)?.id)
    .filter((id): id is string => typeof id === 'string');
}
