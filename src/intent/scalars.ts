/** The strings and numbers of ServiceIntent that have a form: names, images, quantities, ports, paths, hosts. */
import type { Shape } from './shape.ts';
import { intOrText, integer, text } from './shape.ts';

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** RFC 1123 label, what Kubernetes accepts as the name of most things that appear in DNS. */
export const dnsLabel = (description: string): Shape<string> => text(description, {
  pattern: `^${label}$`, minLength: 1, maxLength: 63, 'x-rule': 'invalid-name',
  'x-fix': 'Use at most 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit.',
});

/** RFC 1123 subdomain: names of ConfigMaps, Secrets, ServiceAccounts and classes. */
export const objectRef = (description: string): Shape<string> => text(description, {
  pattern: `^${label}(\\.${label})*$`, minLength: 1, maxLength: 253, 'x-rule': 'invalid-name',
  'x-fix': 'Give the name of an existing object: lower-case letters, digits, hyphens and dots.',
});

/** Key of a ConfigMap or Secret. */
export const dataKey = (description: string): Shape<string> => text(description, {
  pattern: '^[-._a-zA-Z0-9]+$', maxLength: 253, 'x-fix': 'Use letters, digits, hyphens, underscores and dots.',
});

const component = '[a-z0-9]+([._-]+[a-z0-9]+)*';
/** An image reference (distribution reference grammar). That its tag is immutable is checked apart, as a policy. */
export const image = (description: string): Shape<string> => text(description, {
  pattern: `^([A-Za-z0-9.-]+(:[0-9]+)?/)?${component}(/${component})*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?(@sha256:[a-f0-9]{64})?$`,
  maxLength: 512, 'x-fix': 'Write registry/repository:tag or registry/repository@sha256:<64 hex digits>.',
});

/** Kubernetes quantity, not negative: 500m, 2, 1.5, 512Mi, 1e3. YAML fractions must be quoted, as in a CRD. */
export const quantity = (description: string): Shape<number | string> => intOrText(description, {
  pattern: '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][0-9]+)?$', maxLength: 32, minimum: 0,
  'x-rule': 'impossible-quantity', 'x-fix': "Write a Kubernetes quantity: cores as 2, '0.5' or 500m, bytes as 512Mi or 2Gi.",
});

export const portNumber = (description: string): Shape<number> => integer(description, 1, 65535, { 'x-fix': 'Ports are integers from 1 to 65535.' });

const portNamePattern = '([a-z0-9]+-)*[a-z0-9]+';
/** IANA service name: at most 15 characters. That it holds a letter is left to the pattern of the first character class. */
export const portName = (description: string): Shape<string> => text(description, {
  pattern: `^${portNamePattern}$`, minLength: 1, maxLength: 15, 'x-rule': 'invalid-name',
  'x-fix': 'Port names have at most 15 lower-case letters, digits and single hyphens, and at least one letter.',
});
export const portRef = (description: string): Shape<number | string> => intOrText(description, {
  pattern: `^${portNamePattern}$`, maxLength: 15, minimum: 1, maximum: 65535, 'x-fix': 'Give a port number from 1 to 65535 or the name of a declared port.',
});

export const absolutePath = (description: string): Shape<string> => text(description, {
  pattern: '^/[^:]*$', maxLength: 1024, 'x-fix': "Begin with '/' and use no colon.",
});

export const urlPath = (description: string): Shape<string> => text(description, {
  pattern: '^/[^ ?#]*$', maxLength: 1024, 'x-fix': "Begin with '/'; no spaces, query or fragment.",
});

/** A DNS name, optionally with a leading wildcard label. */
export const host = (description: string): Shape<string> => text(description, {
  pattern: `^(\\*\\.)?${label}(\\.${label})*$`, maxLength: 253, 'x-fix': 'Write a DNS name such as api.example.org, without scheme, port or path.',
});

export const cidr = (description: string): Shape<string> => text(description, {
  pattern: '^([0-9]{1,3}(\\.[0-9]{1,3}){3}/([0-9]|[12][0-9]|3[0-2])|[0-9a-fA-F:]*:[0-9a-fA-F:.]*/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))$', maxLength: 64,
  'x-fix': 'Write an address and prefix length, such as 10.0.0.0/8 or 203.0.113.7/32.',
});

export const url = (description: string): Shape<string> => text(description, {
  pattern: '^https?://[^ ]+$', maxLength: 1024, 'x-fix': 'Write a URL beginning with https://.',
});

/** Five-field cron, or one of the macros that CronJob accepts. */
export const cron = (description: string): Shape<string> => text(description, {
  pattern: '^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[^ ]+( +[^ ]+){4})$', maxLength: 128,
  'x-fix': "Write five fields, such as '15 3 * * *'; put a time zone in schedule.timeZone.",
});

/** Gateway API / Go style duration. */
export const duration = (description: string): Shape<string> => text(description, {
  pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$', maxLength: 32, 'x-fix': 'Write a duration such as 30s, 5m or 1h30m.',
});

export const percentOrCount = (description: string): Shape<number | string> => intOrText(description, {
  pattern: '^[0-9]+%$', maxLength: 8, minimum: 0, 'x-fix': 'Write a count such as 1 or a percentage such as 25%.',
});
