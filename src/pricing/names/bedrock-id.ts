/** Parses Amazon Bedrock model ids and ARNs into region, vendor and name. */

/**
 * A Bedrock model id in its parts: `eu.anthropic.claude-sonnet-4-5-20250929-v1:0`, bare or as the last part of an ARN, is
 * region `eu` and name `anthropic.claude-sonnet-4-5-20250929`. The region of an ARN or a path (`eu-west-1.…`) counts where the
 * id has none of its own; those in the US are `us`. undefined for what does not look like Bedrock's.
 */
export function parseBedrockId(id: string): { region: string | undefined; name: string } | undefined {
  const arn = /^arn:[\w-]+:bedrock:(?<place>[^:/]*)[^/]*\/(?:.*\/)?/.exec(id);
  const local = id.slice(arn?.[0].length ?? 0);
  const { region = arn?.groups?.['place'], name } = localId.exec(local)?.groups ?? {};
  if (name === undefined || !vendors.test(name)) return undefined;
  return { region: region ? simplifyRegion(region) : undefined, name: withoutVersion(name) };
}

/** The maker and its own name for a model on Bedrock: `anthropic.claude-3-haiku` is `anthropic` and `claude-3-haiku`. */
export function splitVendor(name: string): { vendor: string; model: string } {
  const dot = name.indexOf('.');
  return { vendor: name.slice(0, dot), model: name.slice(dot + 1) };
}

const localId =
  /^(?:(?<region>us-gov|us|eu|apac|au|jp|in|ca|sa|global|[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d)\.)?(?<name>[a-z0-9]+\..+)$/;

function simplifyRegion(region: string): string {
  if (region.startsWith('us-gov')) return 'us-gov';
  return /^us-(?:east|west)-\d$/.test(region) ? 'us' : region;
}

const vendors =
  /^(ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\./;

// `-v1`, `-v1:0`, `:0`, and the context size of provisioned throughput, `:48k`. Anthropic's ids have a date next to the
// version; for others `-v2` is another model.
function withoutVersion(name: string): string {
  const version = name.startsWith('anthropic.') ? /(-v\d+)?(:\d+)?(:\d+k)?$/ : /(-v[01])?(:\d+)?(:\d+k)?$/;
  return name.replace(version, '');
}
