/** Maps API hosts to the sellers of models behind them. */

/**
 * The seller of models behind an address, or undefined when its host is not known to sell any. For a gateway
 * that names the provider in its path, that provider; `path` is the path of the URL.
 */
export function findHostSeller(hostname: string, path = ''): string | undefined {
  const host = hostname.toLowerCase();
  const exact = hosts.get(host);
  if (exact !== undefined) return sellers.get(exact)?.(path) ?? exact;
  return domains.find(([domain]) => domain.test(host))?.[1];
}

/** Whether a host is this machine: `localhost`, 127.0.0.0/8, `::1`, `0.0.0.0` or the container's name for its host. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1?\]?|\[?::ffff:127\.[\d.]+\]?|host\.docker\.internal)$/i.test(
    hostname,
  );
}

const hosts: ReadonlyMap<string, string> = new Map([
  ['api.openai.com', 'openai'],
  ['eu.api.openai.com', 'openai'],
  ['us.api.openai.com', 'openai'],
  ['chatgpt.com', 'chatgpt'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['cloudcode-pa.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google-vertex'],
  ['openrouter.ai', 'openrouter'],
  ['api.openrouter.ai', 'openrouter'],
  ['api.mistral.ai', 'mistral'],
  ['codestral.mistral.ai', 'mistral'],
  ['api.deepseek.com', 'deepseek'],
  ['api.groq.com', 'groq'],
  ['api.x.ai', 'xai'],
  ['api.cohere.com', 'cohere'],
  ['api.cohere.ai', 'cohere'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.moonshot.ai', 'moonshot'],
  ['api.moonshot.cn', 'moonshot'],
  ['api.kimi.com', 'moonshot'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.sambanova.ai', 'sambanova'],
  ['api.z.ai', 'zai'],
  ['open.bigmodel.cn', 'zhipuai'],
  ['api.novita.ai', 'novita'],
  ['api.deepinfra.com', 'deepinfra'],
  ['router.huggingface.co', 'huggingface'],
  ['api-inference.huggingface.co', 'huggingface'],
  ['integrate.api.nvidia.com', 'nvidia'],
  ['ai.api.nvidia.com', 'nvidia'],
  ['ai-gateway.vercel.sh', 'vercel'],
  ['models.github.ai', 'github'],
  ['models.inference.ai.azure.com', 'github'],
  ['api.githubcopilot.com', 'github-copilot'],
  ['api.individual.githubcopilot.com', 'github-copilot'],
  ['api.business.githubcopilot.com', 'github-copilot'],
  ['api.enterprise.githubcopilot.com', 'github-copilot'],
  ['api.minimax.io', 'minimax'],
  ['api.minimaxi.com', 'minimax'],
  ['api.minimax.chat', 'minimax'],
  ['api.voyageai.com', 'voyageai'],
  ['ai.mongodb.com', 'voyageai'],
  ['api.jina.ai', 'jina'],
  ['api.hyperbolic.xyz', 'hyperbolic'],
  ['api.studio.nebius.ai', 'nebius'],
  ['api.studio.nebius.com', 'nebius'],
  ['api.tokenfactory.nebius.com', 'nebius'],
  ['api.scaleway.ai', 'scaleway'],
  ['inference.baseten.co', 'baseten'],
  ['api.inference.wandb.ai', 'wandb'],
  ['api.inference.net', 'inference-net'],
  ['api.siliconflow.com', 'siliconflow'],
  ['api.siliconflow.cn', 'siliconflow'],
  ['api.stepfun.com', 'stepfun'],
  ['api.replicate.com', 'replicate'],
  ['api.stability.ai', 'stability'],
  ['fal.run', 'fal'],
  ['queue.fal.run', 'fal'],
  ['api.elevenlabs.io', 'elevenlabs'],
  ['api.deepgram.com', 'deepgram'],
  ['api.assemblyai.com', 'assemblyai'],
  ['api.ai21.com', 'ai21'],
  ['api.upstage.ai', 'upstage'],
  ['api.writer.com', 'writer'],
  ['api.arcee.ai', 'arcee'],
  ['api.avian.io', 'avian'],
  ['api.cursor.com', 'cursor'],
  ['api.doubleword.ai', 'doubleword'],
  ['api.quicksilverpro.io', 'quicksilverpro'],
  ['api.typesafe.ai', 'typesafe'],
  ['api.featherless.ai', 'featherless'],
  ['api.friendli.ai', 'friendli'],
  ['api.lambda.ai', 'lambda'],
  ['api.parasail.io', 'parasail'],
  ['llm.chutes.ai', 'chutes'],
  ['api.venice.ai', 'venice'],
  ['api.aimlapi.com', 'aimlapi'],
  ['ollama.com', 'ollama-cloud'],
  ['oai.endpoints.kepler.ai.cloud.ovh.net', 'ovhcloud'],
  ['ark.cn-beijing.volces.com', 'volcengine'],
  ['api.hunyuan.cloud.tencent.com', 'tencent'],
  ['qianfan.baidubce.com', 'baidu'],
  ['api.cloudflare.com', 'cloudflare'],
  ['gateway.ai.cloudflare.com', 'cloudflare-gateway'],
  ['api.portkey.ai', 'portkey'],
  ['oai.helicone.ai', 'openai'],
  ['anthropic.helicone.ai', 'anthropic'],
  ['gateway.helicone.ai', 'helicone'],
  ['ai-gateway.helicone.ai', 'helicone'],
  ['api.llama.com', 'meta'],
  ['api.lmstudio.ai', 'lmstudio'],
]);

/** Hosts that carry a region, a resource or an account in their name. */
const domains: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)openai\.azure\.(?:com|us|cn)$/, 'azure'],
  [/\.(?:services\.ai|cognitiveservices)\.azure\.(?:com|us|cn)$/, 'azure'],
  [/\.(?:inference|models)\.ai\.azure\.com$/, 'azure'],
  [/\.azure-api\.net$/, 'azure'],
  [/(?:^|[.-])aiplatform\.googleapis\.com$/, 'google-vertex'],
  [/^aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com$/, 'google-vertex'],
  [
    /^bedrock(?:-mantle|-agent)?(?:-runtime)?(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/,
    'bedrock',
  ],
  [/\.bedrock(?:-agent)?-runtime(?:-fips)?\.[a-z0-9-]+\.vpce\.amazonaws\.com$/, 'bedrock'],
  [/^runtime\.sagemaker(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com$/, 'sagemaker'],
  [/^inference\.generativeai\.[a-z0-9-]+\.oci\.oraclecloud\.com$/, 'oci'],
  [/\.ml\.cloud\.ibm\.com$/, 'watsonx'],
  [/\.(?:cloud|gcp)\.databricks\.com$/, 'databricks'],
  [/^adb-\d+\.\d+\.azuredatabricks\.net$/, 'databricks'],
  [/\.modal\.(?:run|direct)$/, 'modal'],
  [/\.api\.openai\.com$/, 'openai'],
  [/\.api\.mistral\.ai$/, 'mistral'],
  [/(?:^|\.)dashscope[a-z0-9-]*\.aliyuncs\.com$/, 'dashscope'],
  [/\.endpoints\.huggingface\.cloud$/, 'huggingface'],
  [/\.api\.x\.ai$/, 'xai'],
];

/** Sellers whose address names the one they pass a call on to. */
const sellers: ReadonlyMap<string, (path: string) => string | undefined> = new Map([
  [
    'huggingface',
    (path) => {
      const provider = /^\/([a-z0-9-]+)\/(?!models\b)/.exec(path)?.[1];
      return provider === undefined || /^(?:v\d+|hf-inference|models)$/.test(provider)
        ? undefined
        : `huggingface_${provider}`;
    },
  ],
  [
    'cloudflare-gateway',
    (path) => {
      const provider = /^\/v1\/[^/]+\/[^/]+\/([a-z0-9-]+)/.exec(path)?.[1];
      return provider === undefined ? undefined : behindCloudflare.get(provider);
    },
  ],
]);

/** How Cloudflare's AI gateway names the providers behind it. */
const behindCloudflare: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
  ['azure-openai', 'azure'],
  ['google-ai-studio', 'google'],
  ['google-vertex-ai', 'google-vertex'],
  ['aws-bedrock', 'bedrock'],
  ['workers-ai', 'cloudflare'],
  ['groq', 'groq'],
  ['mistral', 'mistral'],
  ['cohere', 'cohere'],
  ['deepseek', 'deepseek'],
  ['grok', 'xai'],
  ['cerebras', 'cerebras'],
  ['openrouter', 'openrouter'],
  ['perplexity-ai', 'perplexity'],
  ['huggingface', 'huggingface'],
  ['replicate', 'replicate'],
]);
