import { describe, expect, test } from 'vitest';
import { connectionString } from '../../../lib/domain/settings/parse-value.ts';

test.for([
  'mongodb://h',
  'mongodb://h:1,h2:2/db?replicaSet=rs',
  'mongodb://u:p%2Fa%3F%23%40@h/db?authSource=admin',
  'mongodb+srv://u@c0.ab1cd.mongodb.net/?w=majority',
])('%s is taken as it is', (text) => expect(connectionString(text)).toEqual({ ok: true, value: text }));

describe('a connection string that is refused without being quoted', () => {
  test.for([
    ['no address', 's3cret', 'begins with mongodb://'],
    ['another scheme', 'postgres://u:s3cret@h/', 'begins with mongodb://'],
    ['a space', 'mongodb://u:s3cret word@h/', 'begins with mongodb://'],
    ['an unescaped / in the password', 'mongodb://u:s3cret/x@h/', 'percent-encoded'],
    ['an unescaped ? in the password', 'mongodb://u:s3cret?x@h/', 'percent-encoded'],
    ['an unescaped # in the password', 'mongodb://u:s3cret#x@h/', 'percent-encoded'],
    ['an unescaped @ in the password', 'mongodb://u:s3cret@x@h/', 'percent-encoded'],
    ['an unescaped @ and / in the password', 'mongodb://u:p@s3cret/x@h/', 'percent-encoded'],
    ['no host', 'mongodb://u:s3cret@/db', 'name a host'],
    ['nothing behind the @', 'mongodb://u:s3cret@', 'name a host'],
  ] as const)('%s', ([, text, words]) => {
    const reading = connectionString(text);
    expect(reading).toEqual({ ok: false, problem: expect.stringContaining(words) });
    expect(JSON.stringify(reading)).not.toContain('s3cret');
  });
});
