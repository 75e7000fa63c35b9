/** A TLS server on loopback with a certificate of its own, as an upstream in tests. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Serves until the test has finished. The certificate is for localhost and expires in a hundred years. */
export async function serveTls(listener: RequestListener): Promise<{ url: string; ca: string }> {
  const server = createServer({ key: KEY, cert: CERTIFICATE }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, ca: CERTIFICATE };
}

const KEY = `-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCulnvPMzkP85Hm
yH0EM1SwDvWesL0QPG9zNXnTvzfksNUWi0YAg9YbBW1gQnzqwIehMRh3vgk4zLNf
4T0sS6jiMG8+KIXSixlahuwLQSihh+6RMCiTCCld0ehBuq9kcQNqhMaME8GRr3fM
wJEj6fRdkPvexqWKg67+bnHE7bcXcXUlZnpxAF20qQWy01iyWKP4zev7FRhUcACK
1A+BfrZvQcOYKjLVIF7cKR3w+Vlk/QW/o99DK4bJV9lshNPV80nDHQAJisjy3wxC
O8lM+zf8gVUfAfHgp6kJK+YVjLy54UZnEVU+AFrmjI7G3GJcn3MgKs1i/k6cbpEe
phD9I5jHAgMBAAECggEAIEgnAHsCNBbfhYLQyvQK1rsNY5hefSAPo4fhzOtwlFK2
NALwoKu/7SMlxETHAEk1SvLfCVUUM3J2QGZPf19GDPzTtPSdOf8KYxjLkJEtyCBw
VlxHRFif/X8QqQax46qZ7Ro79C66/gsp5aw9qhxaWOq0B89HUMNkmhsl4jnqPuUn
ib+LD8ZN/LpxgXa6ftHzBBpwo0vL4DAGCcocmL9VyGJISVWyGObw/C++ZgLLFfXs
3lpn1tOD0P/ogn5yxpORCNV0ETH3Ljh1so0uFU9QaaZ8/L0bzU+y3QgZ2Yace0kP
798OUOrMYwhv6ZI8xjFXbXffzqaf4dDn1102RzkQIQKBgQDWKOB2GUg+oChs6Cw9
8oCoEn2RjYw35odmSfiCzm/i5MLv3GGgZBhL9glVbQ7Qnf+fVg2nKt3R740a41sk
gblE3RyS0TjUaPuNLnj2eM9k4LBZUsJW394sartMFcqtGqN9cooGGhUkERnNGKmB
EFAQss6koj19aMn1AIX/X4SB7wKBgQDQsm8vKFOnMQ4XVf4EHL6jAIVns0g/9anw
cyIkqKpiUFBrzb2ZRgpF9PBddLkI85XznC1DWZhkmtfv4G7+BXaSxP5Atz32ZMy5
iA9eiwwOvzmVhibVuS6MR1b6jQlL39piZE3ixD0RyHWxtZbscX0buUzWWh2sj4XQ
4juqmR1OqQKBgQCBfefzIOhhDaBD8cLGljoa5ktM1kTBjD+0pud/2GkozV/dfuj8
/Wj/jT4pjC7YD6D/7B2HRdEoXmt4pZ53nYSz0eq0D5QIQ45O2JnFllj4yy92Yycl
Nmn1e3fS0p5hOuk+MiKo+95ql3h9XfsoEgAHiMaQH5WEnfb3kKB1QIEzuwKBgQDG
b9OuaE7aW5eFctucN2TBAt7WUq8xObrDigX+C24vGyTMzI0qL2HXUOY4RqMmMs7z
Gx4iuw9fIaiPSrzexn0PY0ZKbLH7Fa9f/lJ22Am3//WWCj/k2ja7ZZ37kJ01Sv2Q
rsUsCOH0hcH7HqoJ2oNWGCRKcNdkW/emPWb0eLBYOQKBgHJRyU6NDKMUR5Dqm6iT
9k86rJBLdV57qJWPRBdmXerWcRLN+9WZceAurLsBbBKL0YRIpOeS0bWjXzYsQww9
sdF1aI/aN2CpU8p9FGqs7wkjNe4QDh0Wx6xWYFVySSgXn+8OMcqhMg6zJONZmgpP
eQGZHcgZUfuELw56EhLOduUj
-----END PRIVATE KEY-----`;

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIDJzCCAg+gAwIBAgIUQCiddS07LkI2gsDPK2uvtyyKWkQwDQYJKoZIhvcNAQEL
BQAwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTAzMDQyM1oYDzIxMjYx
MTA1MDMwNDIzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwggEiMA0GCSqGSIb3DQEB
AQUAA4IBDwAwggEKAoIBAQCulnvPMzkP85HmyH0EM1SwDvWesL0QPG9zNXnTvzfk
sNUWi0YAg9YbBW1gQnzqwIehMRh3vgk4zLNf4T0sS6jiMG8+KIXSixlahuwLQSih
h+6RMCiTCCld0ehBuq9kcQNqhMaME8GRr3fMwJEj6fRdkPvexqWKg67+bnHE7bcX
cXUlZnpxAF20qQWy01iyWKP4zev7FRhUcACK1A+BfrZvQcOYKjLVIF7cKR3w+Vlk
/QW/o99DK4bJV9lshNPV80nDHQAJisjy3wxCO8lM+zf8gVUfAfHgp6kJK+YVjLy5
4UZnEVU+AFrmjI7G3GJcn3MgKs1i/k6cbpEephD9I5jHAgMBAAGjbzBtMB0GA1Ud
DgQWBBS4io2fscoVnctvB36j28ys2yBnfTAfBgNVHSMEGDAWgBS4io2fscoVnctv
B36j28ys2yBnfTAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9z
dIcEfwAAATANBgkqhkiG9w0BAQsFAAOCAQEALqXu72p67wAmoUfbK1Ekj1mOJbvI
zYeyJ0m1aChW0NBZ54vvP/rCC2Frx1HyIUUHwXjcH1Yoi+q9NOUm9stSk+hb+3Ad
ipw2lW9z/I8JIUuHpJ5x+ywKfJfnY3KTAkf1Dp39aTvCniRxzkxKYpPt0brpFu5x
yMe+QK59smsJWTYrkNRn7KUq7h5akCbetohnEAc4xjS3lfwZSHPqnmZ7ZDzgjnTO
xX+ZNeB4SkxJrraxSEsvK+IvkYP1cmfC6EY8KocflhgyB2vNnFx2wRxMU2mdABGf
5UBe+JKA1oGdGWgBmAN/fI4a0QDwcyVouf/7yyOKWtLDHTfbV1RFFtK6GQ==
-----END CERTIFICATE-----`;
