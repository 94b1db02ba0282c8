import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chained, TRAIL_START } from '../../../lib/record/audit-chain.ts';
import { enveloped, fileText, keyIdOf, preAuthentication, publicKeyOf } from '../../../lib/record/evidence/dsse.ts';
import type { Predicate } from '../../../lib/record/evidence/statement.ts';
import { type Checking, verifyEvidence } from '../../../lib/record/evidence/verify-evidence.ts';
import { act } from '../samples.ts';
import { EVIDENCE_KEY, otherPublicKey, PUBLIC_KEY } from '../../support/evidence-key.ts';
import { sampleEvidence, sampleFile } from './sample-evidence.ts';

const KEY = { publicKey: publicKeyOf(PUBLIC_KEY) };
const FILE = sampleFile();
const payloadOf = (file: string): string => Buffer.from(JSON.parse(file).payload, 'base64').toString('utf8');
const STATEMENT = JSON.parse(payloadOf(FILE));

/** The places and words of what is wrong. */
function faults(file: string, checking: Checking = KEY): readonly string[] {
  const { intact, faults: found } = verifyEvidence(file, checking);
  expect(intact).toBe(found.length === 0);
  return found.map(({ where, words }) => `${where}: ${words}`);
}

/** The file with its payload changed after it was signed. */
function tampered(change: (payload: string) => string): string {
  const envelope = JSON.parse(FILE);
  return fileText({ ...envelope, payload: Buffer.from(change(payloadOf(FILE))).toString('base64') });
}

const inLog = (change: (log: Predicate['log']) => Predicate['log']) =>
  sampleFile({ predicate: (one) => ({ ...one, log: change(one.log) }) });

describe('an evidence file', () => {
  test('is whole as it was written, and says what it is about', () => {
    expect(verifyEvidence(FILE, KEY)).toMatchObject({
      intact: true,
      keyId: keyIdOf(KEY.publicKey),
      about: { root: sampleEvidence().root },
    });
  });

  test('is a DSSE envelope over an in-toto statement whose signature openssl takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'restorewatch-evidence-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { payloadType, payload, signatures } = JSON.parse(FILE);
    const signed = preAuthentication(payloadType, Buffer.from(payload, 'base64'));
    expect([payloadType, STATEMENT._type]).toEqual(['application/vnd.in-toto+json', 'https://in-toto.io/Statement/v1']);
    expect(signed.subarray(0, 40).toString()).toMatch(/^DSSEv1 28 application\/vnd\.in-toto\+json /);
    writeFileSync(join(folder, 'public.pem'), PUBLIC_KEY);
    writeFileSync(join(folder, 'signature'), Buffer.from(signatures[0].sig, 'base64'));
    const openssl = (bytes: Buffer): string => {
      writeFileSync(join(folder, 'signed'), bytes);
      const words = ['pkeyutl', '-verify', '-pubin', '-inkey', 'public.pem', '-rawin', '-in', 'signed', '-sigfile', 'signature'];
      try {
        return execFileSync('openssl', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      } catch {
        return 'refused';
      }
    };
    expect(openssl(signed)).toContain('Signature Verified Successfully');
    signed[signed.length - 2] = (signed.at(-2) ?? 0) ^ 1;
    expect(openssl(signed)).toBe('refused');
  });

  test('has, as digests that anybody can compare, its parts and the files beside it', () => {
    const digests = Object.fromEntries(
      STATEMENT.subject.map(({ name, digest }: { name: string; digest: { sha256: string } }) => [name, digest.sha256]),
    );
    const csv = execFileSync('sh', ['-c', "printf 'a,b\\r\\n' | sha256sum"], { encoding: 'utf8' }).split(' ')[0];
    expect(digests['a.csv']).toBe(csv);
    expect(Object.keys(digests)).toEqual(['about', 'log', 'records', 'incidents', 'report', 'controls', 'a.csv']);
  });
});

describe('one changed byte fails, and it is said where', () => {
  test.for([
    [
      'in a found count of a record',
      (text: string) => text.replace('"found":"120"', '"found":"121"'),
      /^records: records does not have the SHA-256/,
    ],
    ['in an entry of the log', (text: string) => text.replace('"by":"dana"', '"by":"dane"'), /^log: entry 76 was changed/],
    ['in a share of the report', (text: string) => text.replace(/"share":0\.\d/, '"share":0.1'), /^report: report does not have/],
    [
      'in who acknowledged',
      (text: string) => text.replace('"via":"page"', '"via":"pagf"'),
      /^incidents: i-1 does not have the digest that entry 78 of the log/,
    ],
    ['in a control', (text: string) => text.replace('SOC 2', 'SOC 2').replace('"A1.2"', '"A1.4"'), /^controls: controls does not have/],
    ['in the period', (text: string) => text.replace('"cluster":null', '"cluster":"x" '), /^about: about does not have/],
    [
      'in a digest of a part',
      (text: string) => text.replace(/("name":"report","digest":\{"sha256":")./, '$1!'),
      /^report: report does not have/,
    ],
    [
      'in the digest of a file beside it',
      (text: string) => text.replace(/("name":"a\.csv","digest":\{"sha256":")./, '$1!'),
      /^signature: every part has the digest/,
    ],
    [
      'that makes it no JSON',
      (text: string) => text.replace('"predicate":', '"predicate";'),
      /^payload: the payload is no JSON: .*position \d+/,
    ],
    [
      'that makes parts within parts without end',
      (text: string) => text.replace('"controls":[', `"controls":[${'['.repeat(50_000)}${']'.repeat(50_000)},`),
      /^payload: the payload has parts within parts, deeper than any/,
    ],
    [
      'in the type of the statement',
      (text: string) => text.replace('Statement/v1', 'Statement/v2'),
      /^payload: the payload is no statement of this product: _type/,
    ],
  ] as const)('%s', ([, change, words]) => {
    const file = tampered(change);
    expect(file).not.toBe(FILE);
    const found = faults(file);
    expect(found[0]).toBe('signature: the signature does not fit: the file was changed after it was signed');
    expect(found).toContainEqual(expect.stringMatching(words));
  });

  test('in the id of the key, which the signature does not cover', () => {
    const envelope = JSON.parse(FILE);
    const renamed = envelope.signatures.map((one: object) => ({ ...one, keyid: 'f'.repeat(64) }));
    const [first] = faults(fileText({ ...envelope, signatures: renamed }));
    expect(first).toMatch(/^signature: the signature is of this key, \w+, but the file names the key f+$/);
  });

  test('anywhere at all, at any place of the file', () => {
    const step = Math.max(1, Math.floor(FILE.length / 150));
    for (let at = 0; at < FILE.length; at += step) {
      const letter = FILE[at] === 'A' ? 'B' : 'A';
      expect(faults(FILE.slice(0, at) + letter + FILE.slice(at + 1)), `character ${at}`).not.toEqual([]);
    }
  });

  test.for([
    ['a blank at its end', `${FILE} `, `file: the file is not as it was written: it differs from character ${FILE.length + 1} on`],
    [
      'its last line end taken away',
      FILE.trimEnd(),
      `file: the file is not as it was written: it differs from character ${FILE.length} on`,
    ],
    [
      'lists within lists without end',
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
      'file: the file has parts within parts, deeper than any that was written',
    ],
    ['cut off', FILE.slice(0, -40), /^file: the file is no JSON/],
    ['empty', '', /^file: the file is no JSON/],
    ['another document', '{"a":1}', 'envelope: the envelope is damaged at payloadType, payload, signatures'],
    ['another type of payload', FILE.replace('in-toto+json', 'in-toto+jsom'), /^envelope: the payload is of type/],
    [
      'a second signature',
      FILE.replace('"signatures":[', '"signatures":[{"keyid":"x","sig":"QQ=="},'),
      /^envelope: the file carries 2 signatures/,
    ],
  ] as const)('%s', ([, file, words]) => {
    expect(faults(file).some((fault) => (typeof words === 'string' ? fault === words : words.test(fault)))).toBe(true);
  });
});

describe('what was signed anew by somebody who has the key', () => {
  test('shows records that are none, and is never an error', () => {
    const records = [{ id: 'x', kind: 'erasure', subject: 's', endedAt: 1, details: { action: 1 } }] as unknown as Predicate['records'];
    const file = sampleFile({
      statement: (one) => ({ ...one, predicate: { ...one.predicate, about: { ...one.predicate.about, cluster: 'x' }, records } }),
    });
    expect(faults(file)).toEqual(['payload: the payload is no statement of this product: predicate.records.0']);
  });

  test.for([
    ['an entry left out', (log: Predicate['log']) => log.filter(({ number }) => number !== 40), 'log: entry 40 is missing'],
    [
      'two entries in another order',
      (log: Predicate['log']) => [...log.slice(0, 9), ...log.slice(9, 11).toReversed(), ...log.slice(11)],
      'log: entry 10 was reordered: it stands behind a later one',
    ],
    [
      'an entry changed',
      (log: Predicate['log']) => log.map((one) => (one.number === 7 ? { ...one, by: 'nobody' } : one)),
      'log: entry 7 was changed: it does not have the hash that it carries',
    ],
    [
      'the end of the log written anew',
      (log: Predicate['log']) => [...log.slice(0, -1), ...chained(log.at(-2) ?? TRAIL_START, [act('another')])],
      'root: entry 78 does not have the hash of the root of the export',
    ],
  ] as const)('shows %s', ([, change, words]) => {
    expect(faults(inLog(change))).toContainEqual(words);
  });

  test('shows a record that was taken out, which the log names', () => {
    const file = sampleFile({ predicate: (one) => ({ ...one, records: [] }) });
    expect(faults(file)).toContainEqual('records: t1, which entry 77 of the log names, is missing');
  });

  test('shows a record of other words than the log has the digest of', () => {
    const file = sampleFile({
      predicate: (one) => ({ ...one, records: one.records.map((of) => ({ ...of, verdict: 'failed' as const })) }),
    });
    expect(faults(file)).toContainEqual('records: t1 does not have the digest that entry 77 of the log gives it');
  });

  test('shows a report that does not follow from the log', () => {
    const file = sampleFile({ predicate: (one) => ({ ...one, report: { ...one.report, rpo: [] } }) });
    expect(faults(file)).toEqual(['report: the report is not what follows from the log, the records and the incidents of the file']);
  });

  test('shows a whole log that was written anew only by a root that somebody kept', () => {
    const anew = inLog(() => chained(TRAIL_START, []));
    const file = sampleFile({
      predicate: (one) => ({
        ...one,
        log: [],
        records: [],
        incidents: [],
        about: { ...one.about, root: TRAIL_START },
        report: JSON.parse(payloadOf(anew)).predicate.report,
      }),
    });
    const { root } = sampleEvidence();
    expect(faults(file, { ...KEY, root })).toContainEqual(`root: entry ${root.number}, the root that was kept, is not in the file`);
    expect(faults(FILE, { ...KEY, root: { ...root, hash: 'f'.repeat(64) } })).toEqual([
      `root: entry ${root.number} does not have the hash of the root that was kept`,
    ]);
    expect(faults(FILE, { ...KEY, root })).toEqual([]);
  });
});

describe('the key', () => {
  test('of somebody else fails, and both ids are named', () => {
    const publicKey = publicKeyOf(otherPublicKey());
    const [first] = faults(FILE, { publicKey });
    expect(first).toBe(
      `signature: the signature is not of this key: the key has the id ${keyIdOf(publicKey)}, and the file says that it was signed by ${keyIdOf(KEY.publicKey)}`,
    );
  });

  test('is missed where the file was not signed', () => {
    expect(faults(sampleFile({ key: null }))[0]).toBe('signature: the file carries no signature: it was exported with --unsigned');
  });

  test('has the id that openssl and sha256sum compute', () => {
    const said = execFileSync('sh', ['-c', 'openssl pkey -pubin -outform DER | sha256sum'], { input: PUBLIC_KEY, encoding: 'utf8' });
    expect(said.split(' ')[0]).toBe(keyIdOf(KEY.publicKey));
  });

  test('signs lengths, so that no field can be read as another', () => {
    expect(preAuthentication('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
    expect(enveloped('x', EVIDENCE_KEY).signatures).toHaveLength(1);
  });
});
