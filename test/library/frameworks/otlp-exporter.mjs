/** Exports spans as OTLP over HTTP to the endpoint in the environment, as the SDKs of OpenTelemetry do. */
const finished = [];
let count = 0;
const [, traceId, parentId] = process.env.TRACEPARENT.split('-');
const now = () => `${Date.now()}000000`;

/** Starts a span; without a parent it is in the span that the environment names. */
export function span(name, parent) {
  const started = {
    traceId,
    spanId: (++count).toString(16).padStart(16, 'a'),
    parentSpanId: parent?.id ?? parentId,
    name,
    startTimeUnixNano: now(),
  };
  return {
    id: started.spanId,
    end(attributes) {
      const value = (each) =>
        Array.isArray(each)
          ? { arrayValue: { values: each.map(value) } }
          : typeof each === 'number'
            ? { intValue: String(each) }
            : { stringValue: each };
      finished.push({
        ...started,
        endTimeUnixNano: now(),
        attributes: Object.entries(attributes).map(([key, each]) => ({ key, value: value(each) })),
      });
    },
  };
}

export async function exportSpans(service) {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  await fetch(`${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [{ resource, scopeSpans: [{ scope: { name: service }, spans: finished }] }],
    }),
  });
}
