/** Explains why a TLS connection was not trusted, by Node's error codes. */

/** What went wrong, and what to do about it. */
export type TlsProblem = Readonly<{ what: string; hint: string }>;

const CA_HINT =
  'If a proxy of your organization inspects connections, save its CA certificate as PEM and set NODE_EXTRA_CA_CERTS=/path/to/ca.pem before pflow starts.';

const unknownIssuer: TlsProblem = { what: 'the issuer of its certificate is not trusted', hint: CA_HINT };

const problems: ReadonlyMap<string, TlsProblem> = new Map([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownIssuer],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownIssuer],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownIssuer],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownIssuer],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', { what: 'its certificate is self-signed', hint: CA_HINT }],
  [
    'CERT_HAS_EXPIRED',
    { what: 'its certificate has expired', hint: 'Check the clock of this machine, or tell the operator.' },
  ],
  [
    'CERT_NOT_YET_VALID',
    { what: 'its certificate is not valid yet', hint: 'Check the clock of this machine.' },
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    { what: 'its certificate is for another host', hint: 'Check the address.' },
  ],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    { what: 'it does not speak TLS', hint: 'Check the address: it may begin with http:// and not https://.' },
  ],
  [
    'EPROTO',
    {
      what: 'the TLS connection failed',
      hint: 'Check the address: it may begin with http:// and not https://.',
    },
  ],
]);

/** The problem of an error code; undefined if it is not about TLS. */
export function explainTlsError(code: string | undefined): TlsProblem | undefined {
  return code === undefined ? undefined : problems.get(code);
}
