/** Directs the telemetry of an observed program to the endpoint of its run, and keeps the endpoint that the user had set. */

import type { OtlpSignal } from '../../otlp/otlp-messages.js';
import type { KnownAgent } from './known-agents.js';

/** The endpoints that the user had set, by signal: they receive the same bytes. */
export type OwnEndpoints = Readonly<Partial<Record<OtlpSignal, string>>>;

/** What is added for telemetry: variables, arguments before those of the user, and what follows from what was set. */
export type DirectedTelemetry = Readonly<{
  added: Readonly<Record<string, string>>;
  args: readonly string[];
  forwardTo: OwnEndpoints;
  notes: readonly string[];
}>;

const signals: readonly OtlpSignal[] = ['traces', 'logs', 'metrics'];

/**
 * Computes the variables of the OpenTelemetry specification for the program, and those of a known agent. Nothing that the user has
 * set is replaced except an endpoint, which receives the same bytes. Telemetry over gRPC, which the user chose, is left alone.
 */
export function directTelemetry(
  env: Readonly<Record<string, string | undefined>>,
  { agent, url, content }: Readonly<{ agent: KnownAgent | undefined; url: string; content: boolean }>,
): DirectedTelemetry {
  const names = (suffix: string): string[] => [
    `OTEL_EXPORTER_OTLP_${suffix}`,
    ...signals.map((signal) => `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${suffix}`),
  ];
  const protocols = names('PROTOCOL').flatMap((name) => (env[name] ? [env[name]] : []));
  if (protocols.includes('grpc')) {
    const note =
      'Telemetry is exported over gRPC, as OTEL_EXPORTER_OTLP_PROTOCOL demands: it is not observed. Set it to http/protobuf to observe it.';
    return { added: {}, args: [], forwardTo: {}, notes: [note] };
  }
  const added: Record<string, string> = { OTEL_EXPORTER_OTLP_ENDPOINT: url };
  const forwardTo: Partial<Record<OtlpSignal, string>> = {};
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  for (const signal of signals) {
    const name = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
    const own = env[name];
    // An endpoint of one signal is used as it is; the common one gets the path of the signal.
    if (own) added[name] = `${url}/v1/${signal}`;
    const target = own || (base && `${base.replace(/\/+$/, '')}/v1/${signal}`);
    if (target) forwardTo[signal] = target;
  }
  if (protocols.length === 0) added['OTEL_EXPORTER_OTLP_PROTOCOL'] = 'http/protobuf';
  const ofAgent = { ...agent?.telemetry(url), ...(content ? agent?.content : {}) };
  for (const [name, value] of Object.entries(ofAgent)) if (!env[name]) added[name] = value;
  if (agent?.isConfigured?.(env)) {
    const note = `The telemetry of ${agent.title} is configured in its own file: it is left as it is and not observed.`;
    return { added, args: [], forwardTo, notes: [note] };
  }
  return { added, args: agent?.args?.(url, content) ?? [], forwardTo, notes: [] };
}
