/** Observes the parts of a model's stream before the AI SDK holds them back. */

import { wrapLanguageModel, type LanguageModelMiddleware } from 'ai';

/** A model of a provider package, as the AI SDK calls it. */
export type ProviderModel = Parameters<typeof wrapLanguageModel>[0]['model'];

type WrappedStream = Awaited<ReturnType<NonNullable<LanguageModelMiddleware['wrapStream']>>>;

/** A part as the provider package emits it. */
export type StreamPart = WrappedStream['stream'] extends ReadableStream<infer Part> ? Part : never;

/**
 * The same model, with a callback for each part of its stream. For structured answers the SDK withholds text until it parses
 * as the beginning of JSON: a stall before that, and the time to the first token, are visible only here.
 */
export function observeParts(model: ProviderModel, onPart: (part: StreamPart) => void): ProviderModel {
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v3',
      async wrapStream({ doStream }) {
        const { stream, ...result } = await doStream();
        const observed = stream.pipeThrough(
          new TransformStream<StreamPart, StreamPart>({
            transform(part, controller) {
              onPart(part);
              controller.enqueue(part);
            },
          }),
        );
        return { ...result, stream: observed };
      },
    },
  });
}
