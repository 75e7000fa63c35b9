import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** The libraries that pflow is held against, at the versions that are measured. */
export const peers = {
  '@langfuse/otel': '5.11.1',
  '@langfuse/tracing': '5.11.1',
  '@opentelemetry/api': '1.9.1',
  '@opentelemetry/context-async-hooks': '3.1.1',
  '@opentelemetry/core': '2.12.1',
  '@opentelemetry/exporter-trace-otlp-http': '0.223.1',
  '@opentelemetry/otlp-transformer': '0.223.1',
  '@opentelemetry/sdk-trace-base': '2.12.1',
  langsmith: '0.12.0',
} as const;

/** Where they are installed. */
export const peerFolder = resolve('.bench', 'peers');

/** A peer's module, which the caller knows the shape of. */
export function requirePeer(name: string): unknown {
  return createRequire(resolve(peerFolder, 'index.js'))(name);
}
