import { createPublicKey, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { evidenceKey, keyLines } from '../../../lib/config/environment/evidence-key.ts';
import { readEnvironment } from '../../../lib/config/environment/read-environment.ts';
import { EVIDENCE_KEY, KEY_LINE, PUBLIC_KEY } from '../../support/evidence-key.ts';
import { LEAST, refusal } from './environment-source.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const rsa = (type: 'pkcs1' | 'pkcs8'): string =>
  generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey.export({ type, format: 'pem' }).toString();

describe('an Ed25519 private key is taken', () => {
  test.for([
    ['as PEM', EVIDENCE_KEY],
    ['as PEM without its last line end', EVIDENCE_KEY.trim()],
    ['as PEM with line ends of Windows', EVIDENCE_KEY.replaceAll('\n', '\r\n')],
    ['as PEM in base64', base64(EVIDENCE_KEY)],
    ['as PEM in base64 that was wrapped', base64(EVIDENCE_KEY).replace(/(.{60})/g, '$1\n')],
  ] as const)('%s', ([, text]) => {
    const { evidenceKey: pem } = readEnvironment({ ...LEAST, EVIDENCE_KEY: text }).recovery;
    expect(createPublicKey(createPrivateKey(pem ?? '')).export({ type: 'spki', format: 'pem' })).toBe(PUBLIC_KEY);
  });
});

describe('anything else stops the start, by name, and is not shown', () => {
  test.for([
    ['a word', 'evidence-key-acceptance-0123456789', 'must be an Ed25519 private key'],
    ['an RSA key', rsa('pkcs8'), 'this is a key of another kind (rsa)'],
    ['an RSA key in base64', base64(rsa('pkcs8')), 'this is a key of another kind (rsa)'],
    ['an RSA key of another form', rsa('pkcs1'), 'must be an Ed25519 private key'],
    ['a public key', PUBLIC_KEY, 'must be an Ed25519 private key'],
    ['a key that was cut off', EVIDENCE_KEY.replace(KEY_LINE, KEY_LINE.slice(0, 40)), 'must be an Ed25519 private key'],
    ['base64 of nothing that is a key', base64('a word'), 'must be an Ed25519 private key'],
    ['two keys', EVIDENCE_KEY + EVIDENCE_KEY, 'must be an Ed25519 private key'],
  ] as const)('%s', ([, text, words]) => {
    const said = refusal({ ...LEAST, EVIDENCE_KEY: text });
    expect(said).toContain(`EVIDENCE_KEY: ${words.startsWith('this') ? 'must' : words}`);
    expect(said).toContain(words);
    expect(said).toContain('(its value is not shown)');
    for (const line of text
      .trim()
      .split('\n')
      .filter((one) => !one.startsWith('-----')))
      expect(said).not.toContain(line);
  });
});

test('the key is a secret in every form in which it could be shown: as it was given, and its one line alone', () => {
  for (const text of [EVIDENCE_KEY, base64(EVIDENCE_KEY)])
    expect(readEnvironment({ ...LEAST, EVIDENCE_KEY: text }).secrets).toEqual(expect.arrayContaining([text.trim(), KEY_LINE]));
  expect(keyLines('a word')).toEqual([]);
  expect(evidenceKey('')).toMatchObject({ ok: false });
});
