import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** The peers whose requests are understood. */
export type SinkKind = 'langsmith' | 'langfuse';

/** A program: accepts the requests of the peer named by its argument, counts finished spans and bytes, and reports them at /taken. */
const kind = process.argv[2] as SinkKind;
const ended = new Set<string>();
let bytes = 0;

const server = createServer(async (request, response) => {
  const body = await bodyOf(request);
  let answer = '{}';
  if (request.url === '/taken') {
    answer = JSON.stringify({ spans: ended.size, bytes });
    ended.clear();
    bytes = 0;
  } else {
    bytes += body.length;
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    for (const id of idsIn(request, plain)) ended.add(id);
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
});
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function idsIn({ url, method }: IncomingMessage, body: Buffer): readonly string[] {
  if (method !== 'POST') return [];
  if (kind === 'langfuse') return otlpSpans(body);
  return url === '/runs/batch' ? endedInBatch(body) : endedRuns(body);
}

type Batch = Partial<Record<'post' | 'patch', { id: string; end_time?: unknown }[]>>;

/** The finished runs in a batch request, the fallback of LangSmith's client when it cannot query the server's limits. */
function endedInBatch(body: Buffer): string[] {
  const { post = [], patch = [] } = JSON.parse(body.toString()) as Batch;
  return [...post, ...patch].filter(({ end_time }) => end_time !== undefined).map(({ id }) => id);
}

/** Counts the parts of a multipart body that post or patch a finished run, without attachments of a run (`.inputs`, `.extra`). */
function endedRuns(body: Buffer): string[] {
  const runs: string[] = [];
  const head = /name="(?:post|patch)\.([\w-]+)"\r\n[^\r]*length=(\d+)[^\r]*\r\n\r\n/g;
  const text = body.toString('latin1');
  for (let found = head.exec(text); found; found = head.exec(text)) {
    const end = head.lastIndex + Number(found[2]);
    if (text.slice(head.lastIndex, end).includes('"end_time":')) runs.push(found[1]!);
    head.lastIndex = end;
  }
  return runs;
}

type Otlp = { resourceSpans?: { scopeSpans: { spans: { spanId: string }[] }[] }[] };

function otlpSpans(body: Buffer): string[] {
  const { resourceSpans = [] } = JSON.parse(body.toString() || '{}') as Otlp;
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ spanId }) => spanId);
}
