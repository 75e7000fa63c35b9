/** Distinguishes public network addresses from those of this machine, its networks and cloud metadata services. */

import { BlockList, isIP } from 'node:net';

/**
 * Whether an IP address is one of the public internet: not loopback, private (RFC 1918, RFC 4193), shared (RFC 6598), link-local
 * (RFC 3927, the metadata address 169.254.169.254 included), multicast or unspecified. An IPv6 address that embeds an IPv4
 * address is as public as that one. Text that is no address is not public.
 */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  switch (isIP(plain)) {
    case 4:
      return !inner.check(plain, 'ipv4');
    case 6: {
      const words = expandWords(plain);
      const embedded = embeddedIPv4(words);
      return embedded === undefined ? !inner.check(plain, 'ipv6') : !inner.check(embedded, 'ipv4');
    }
    default:
      return false;
  }
}

const inner = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  inner.addSubnet(net, prefix, 'ipv4');
// Azure's metadata and agent service has an address of the public range.
inner.addAddress('168.63.129.16', 'ipv4');
for (const [net, prefix] of [
  ['::', 127],
  ['2001::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  inner.addSubnet(net, prefix, 'ipv6');

/** The eight 16-bit words of an IPv6 address. */
function expandWords(address: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const text = dotted
    ? dotted[1]! +
      [0, 2].map((i) => (Number(dotted[i + 2]) * 256 + Number(dotted[i + 3])).toString(16)).join(':')
    : address;
  const [head = '', tail] = text.split('::');
  const wordsOf = (part: string) =>
    part
      .split(':')
      .filter(Boolean)
      .map((word) => Number.parseInt(word, 16));
  const before = wordsOf(head);
  const after = tail === undefined ? [] : wordsOf(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The IPv4 address in a mapped, compatible, NAT64 (64:ff9b::/96) or 6to4 (2002::/16) address. */
function embeddedIPv4(words: readonly number[]): string | undefined {
  const isMapped = words.slice(0, 5).every((word) => word === 0) && (words[5] === 0xffff || words[5] === 0);
  const isNat64 = words[0] === 0x64 && words[1] === 0xff9b && words.slice(2, 6).every((word) => word === 0);
  if ((isMapped && (words[5] === 0xffff || words[6] !== 0)) || isNat64) return dotted(words[6]!, words[7]!);
  return words[0] === 0x2002 ? dotted(words[1]!, words[2]!) : undefined;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
