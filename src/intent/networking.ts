/** spec.networking: who reaches the service, how callers prove who they are, and what it may reach beyond its dependencies. */
import { array, flag, integer, keyword, keywordOrExact, list, object, oneOf, only, subtree, text, value, vocabulary } from './shape.ts';
import { cidr, dnsLabel, duration, host, portNumber, quantity, url, urlPath } from './scalars.ts';

const scalarUnique = { 'x-unique': [{ rule: 'duplicate-name', fields: [] }] };
const audiences = () => subtree(array('Audiences of which a token must name one.', text('One audience.', { minLength: 1, maxLength: 512 }), 32, scalarUnique));
const exemptPaths = () => subtree(array('Paths that need no token.', urlPath('One path; a trailing * matches a prefix.'), 32, scalarUnique));

const auth = object('Exact token issuer, in place of the keyword.', {
  issuer: value(text('Issuer that tokens must name.', { minLength: 1, maxLength: 512 })),
  jwksUri: value(url("Where the issuer's keys are.")),
  audiences: audiences(),
  exemptPaths: exemptPaths(),
}, { required: ['issuer', 'jwksUri'] });

const words = (description: string) => array(description, text('One entry.', { minLength: 1, maxLength: 253 }), 32, scalarUnique);
const cors = subtree(object('Cross-origin requests that browsers may make (as HTTPCORSFilter of the Gateway API).', {
  allowOrigins: words('Origins, such as https://shop.example.org.'), allowMethods: words('Methods.'), allowHeaders: words('Request headers.'), exposeHeaders: words('Response headers.'),
  allowCredentials: flag('Whether cookies are sent.'), maxAge: integer('Seconds a preflight answer may be kept.', 1, 86400),
}, { required: ['allowOrigins'] }));

export const networking = object('Who reaches it and whom it reaches.', {
  exposure: vocabulary('Who can reach it.'),
  hosts: list(array('DNS names it is reached by from outside.', value(host('One name.')), 32, scalarUnique)),
  paths: list(array("Path prefixes routed to it. Default: ['/'].", value(urlPath('One prefix.')), 32, scalarUnique)),
  tls: keyword(flag("Whether outside traffic is encrypted; absent: the platform's custom.")),
  authPolicy: vocabulary('How callers are authenticated.', { 'x-fix': 'Keywords are always strings; an exact issuer goes in auth.' }),
  auth,
  audiences: audiences(),
  exemptPaths: exemptPaths(),
  allowFrom: list(array('Callers inside the cluster.', object('One caller.', {
    name: value(dnsLabel('Its name.')), namespace: value(dnsLabel('Its namespace; absent: the same.')),
  }, { required: ['name'] }), 64, { 'x-unique': [{ rule: 'duplicate-name', fields: ['name', 'namespace'] }] })),
  egress: list(array('What it may reach beyond its dependencies.', object('One destination.', {
    host: value(host('DNS name.')), cidr: value(cidr('Address range.')), port: value(portNumber('Port.')),
    protocol: keyword(oneOf('Transport protocol.', ['TCP', 'UDP', 'SCTP'], { default: 'TCP' })),
  }, { required: ['port'], 'x-exactly-one': [only(['host', 'cidr'], 'Give exactly one of host and cidr.')] }), 64, {
    'x-unique': [{ rule: 'duplicate-name', fields: ['host', 'cidr', 'port', 'protocol'] }],
  })),
  timeouts: object('Time limits for outside requests.', { request: value(duration('Whole request.')), idle: value(duration('Idle connection.')) }),
  bodySize: value(quantity('Largest request body.')),
  cors,
  publishNotReadyAddresses: value(flag('For kind stateful: whether replicas find one another by name before they are ready.')),
  sessionAffinity: keyword(oneOf('Whether a client stays with one pod.', ['None', 'ClientIP'])),
}, { 'x-at-most-one': [keywordOrExact('authPolicy', 'auth')] });
