import { test } from 'vitest';
import { expectGolden, type GoldenRow } from './golden.js';

const embedding = { input: 12, total: 12, source: 'embedding', convention: 'inclusive' } as const;
const units = { source: 'units', convention: 'inclusive' } as const;

const rows: GoldenRow[] = [
  { name: 'AI SDK embed', raw: { embedding: [0.1], usage: { tokens: 12 } }, is: embedding },
  {
    name: 'Voyage: the total of an embedding is its input',
    raw: { object: 'list', data: [{ embedding: [0.1] }], model: 'voyage-3.5', usage: { total_tokens: 12 } },
    is: embedding,
  },
  {
    name: 'Voyage: without the response, the model of the hint decides',
    raw: { total_tokens: 12 },
    hint: { model: 'voyage-3.5' },
    is: embedding,
  },
  {
    name: 'Voyage multimodal: pixels have a price of their own',
    raw: {
      data: [{ embedding: [0.1] }],
      usage: { text_tokens: 5, image_pixels: 200_000, total_tokens: 362 },
    },
    is: { ...embedding, input: 362, total: 362, unconsumed: { image_pixels: 200_000 } },
    warnings: ['counts that are not understood are not in the cost: image_pixels'],
  },
  {
    name: 'a reranker that bills tokens',
    raw: { model: 'jina-reranker-v3', usage: { total_tokens: 12 }, results: [{ relevance_score: 0.9 }] },
    is: embedding,
  },
  {
    name: 'Vertex AI embeddings: the statistics of each text are added',
    raw: {
      predictions: [
        { embeddings: { values: [0.1], statistics: { token_count: 5, truncated: false } } },
        { embeddings: { values: [0.1], statistics: { token_count: 7, truncated: false } } },
      ],
    },
    is: { ...embedding, largestInput: 7 },
    not: { input: 5 },
  },
  {
    name: 'any other total alone is a lower bound',
    raw: { usage: { total_tokens: 12 } },
    is: { input: 12, total: 12, incomplete: true, source: 'total-only', convention: 'inclusive' },
    warnings: ['only a total was reported: it is counted as input'],
  },
  {
    name: 'Cohere rerank: search units',
    raw: { results: [], meta: { billed_units: { search_units: 2 } } },
    is: { rerankSearches: 2, source: 'cohere', convention: 'inclusive' },
    not: { webSearches: 2 },
  },
  {
    name: 'Cohere embed: images are not the images of a generation',
    raw: { meta: { billed_units: { input_tokens: 5, images: 2 } } },
    is: {
      input: 5,
      total: 5,
      unconsumed: { 'billed_units.images': 2 },
      source: 'cohere',
      convention: 'inclusive',
    },
    warnings: ['counts that are not understood are not in the cost: billed_units.images'],
  },
  { name: 'Pinecone rerank', raw: { usage: { rerank_units: 1 } }, is: { ...units, rerankSearches: 1 } },
  {
    name: 'Whisper: seconds',
    raw: { text: 'x', usage: { type: 'duration', seconds: 9 } },
    is: { ...units, seconds: 9 },
  },
  {
    name: 'Whisper, verbose: the duration of the recording',
    raw: {
      task: 'transcribe',
      duration: 8.5,
      text: 'x',
      segments: [{ id: 0, start: 0, end: 8.5, tokens: [1] }],
    },
    is: { ...units, seconds: 8.5 },
  },
  {
    name: 'Deepgram',
    raw: { metadata: { duration: 25.5, channels: 1, models: ['a'] }, results: { channels: [] } },
    is: { ...units, seconds: 25.5 },
  },
  {
    name: 'AI SDK transcribe',
    raw: { text: 'x', segments: [], durationInSeconds: 9.5 },
    is: { ...units, seconds: 9.5 },
  },
  {
    name: 'a transcription in tokens: audio in',
    raw: {
      text: 'x',
      usage: {
        type: 'tokens',
        input_tokens: 140,
        input_token_details: { text_tokens: 10, audio_tokens: 130 },
        output_tokens: 45,
        total_tokens: 185,
      },
    },
    is: {
      input: 140,
      inputAudio: 130,
      output: 45,
      total: 185,
      source: 'openai-responses',
      convention: 'proved-by-total',
    },
    not: { inputAudio: undefined },
  },
  {
    name: 'Mistral transcription: audio by the second, and a total with tokens that no field has',
    raw: {
      usage: { prompt_audio_seconds: 203, prompt_tokens: 4, completion_tokens: 635, total_tokens: 3264 },
    },
    is: {
      input: 4,
      output: 635,
      total: 639,
      seconds: 203,
      source: 'mistral',
      convention: 'inclusive',
    },
    not: { seconds: undefined },
  },
  {
    name: 'OCR: pages',
    raw: { pages: [{ index: 0 }], usage_info: { pages_processed: 3, doc_size_bytes: 4096 } },
    is: { ...units, pages: 3 },
  },
  {
    name: 'speech: characters',
    raw: { usage: { characters: 1200 } },
    is: { ...units, characters: 1200 },
  },
  {
    name: 'images by the piece',
    raw: { created: 1, data: [{ url: 'a' }, { b64_json: 'b' }] },
    is: { ...units, images: 2 },
  },
  {
    name: 'images in tokens: all output is images where the response does not say',
    raw: {
      created: 1,
      data: [{ b64_json: 'a' }],
      usage: {
        input_tokens: 50,
        input_tokens_details: { text_tokens: 10, image_tokens: 40 },
        output_tokens: 1000,
        total_tokens: 1050,
      },
    },
    is: {
      input: 50,
      inputImage: 40,
      output: 1000,
      outputImage: 1000,
      total: 1050,
      source: 'openai-responses',
      convention: 'proved-by-total',
    },
    not: { outputImage: undefined, images: 1 },
  },
  {
    name: 'OpenAI audio: in and out',
    raw: {
      usage: {
        prompt_tokens: 110,
        prompt_tokens_details: { audio_tokens: 100, cached_tokens: 0 },
        completion_tokens: 300,
        completion_tokens_details: { audio_tokens: 250, reasoning_tokens: 0 },
        total_tokens: 410,
      },
    },
    is: {
      input: 110,
      cacheRead: 0,
      inputAudio: 100,
      output: 300,
      reasoning: 0,
      outputAudio: 250,
      total: 410,
      source: 'openai-chat',
      convention: 'proved-by-total',
    },
  },
  {
    name: 'OpenAI Realtime: what was cached, by modality',
    raw: {
      type: 'response.done',
      response: {
        usage: {
          input_tokens: 1000,
          input_token_details: {
            text_tokens: 700,
            audio_tokens: 250,
            image_tokens: 50,
            cached_tokens: 640,
            cached_tokens_details: { text_tokens: 512, audio_tokens: 100, image_tokens: 28 },
          },
          output_tokens: 120,
          output_token_details: { text_tokens: 20, audio_tokens: 100 },
          total_tokens: 1120,
        },
      },
    },
    is: {
      input: 1000,
      cacheRead: 640,
      inputAudio: 250,
      inputImage: 50,
      cacheReadAudio: 100,
      cacheReadImage: 28,
      output: 120,
      outputAudio: 100,
      total: 1120,
      source: 'openai-responses',
      convention: 'proved-by-total',
    },
    not: { cacheRead: [512, 740], cacheReadAudio: undefined },
  },
  {
    name: 'Gemini: every modality, in and out and cached',
    raw: {
      usageMetadata: {
        promptTokenCount: 1000,
        cachedContentTokenCount: 500,
        candidatesTokenCount: 1300,
        totalTokenCount: 2300,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 100 },
          { modality: 'AUDIO', tokenCount: 300 },
          { modality: 'IMAGE', tokenCount: 200 },
          { modality: 'VIDEO', tokenCount: 350 },
          { modality: 'DOCUMENT', tokenCount: 50 },
        ],
        cacheTokensDetails: [
          { modality: 'AUDIO', tokenCount: 250 },
          { modality: 'VIDEO', tokenCount: 200 },
          { modality: 'IMAGE', tokenCount: 50 },
        ],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      },
    },
    is: {
      input: 1000,
      cacheRead: 500,
      inputAudio: 300,
      inputImage: 200,
      inputVideo: 350,
      cacheReadAudio: 250,
      cacheReadImage: 50,
      output: 1300,
      outputImage: 1290,
      total: 2300,
      source: 'gemini',
      convention: 'proved-by-total',
    },
    not: { cacheRead: [550, 250], outputImage: undefined },
  },
  {
    name: 'Gemini Live: the answer has names of its own',
    raw: {
      usageMetadata: {
        promptTokenCount: 80,
        responseTokenCount: 200,
        totalTokenCount: 280,
        promptTokensDetails: [{ modality: 'AUDIO', tokenCount: 80 }],
        responseTokensDetails: [
          { modality: 'AUDIO', tokenCount: 190 },
          { modality: 'TEXT', tokenCount: 10 },
        ],
      },
    },
    is: {
      input: 80,
      inputAudio: 80,
      output: 200,
      outputAudio: 190,
      total: 280,
      source: 'gemini',
      convention: 'proved-by-total',
    },
    not: { output: undefined, outputAudio: undefined },
  },
];

test.for(rows)('$name', (row) => expectGolden(row));
