import { describe, expect, test } from 'vitest';
import { maskHosts, maskedMail, maskedNumber, maskPeople, maskPerson } from '../../lib/domain/masked.ts';

describe('anybody’s address in a text is masked', () => {
  test.for([
    ['550 <oncall@example.com>: no such user', '550 <o…@example.com>: no such user'],
    ['550 Bob.Smith+db@mail.example.co.uk is unknown', '550 B…@mail.example.co.uk is unknown'],
    ['to=oncall%40example.com', 't…%40example.com'],
    ['user oncall@localhost', 'user o…@localhost'],
    ['ünï@exämple.org', 'ü…@exämple.org'],
    ["The 'To' number +15005550010 is not a valid phone number.", "The 'To' number +1…0010 is not a valid phone number."],
    ['+1 (500) 555-0010', '+1…0010'],
    ['+49 170 1234567', '+4…4567'],
    ['To=%2B15005550010&x', 'To=+1…0010&x'],
    ['+4930.123.456', '+4…3456'],
    ['bob%2540example.com', 'b…%2540example.com'],
    ['bob%2Bpager%40example.com', 'b…%40example.com'],
    ['bob&#64;example.com, bob&#x40;example.com', 'b…&#64;example.com, b…&#x40;example.com'],
    [String.raw`"bob\u0040example.com"`, String.raw`"b…\u0040example.com"`],
    ['bob＠example.com', 'b…＠example.com'],
    ['bob@[10.0.0.1]', 'b…@[10.0.0.1]'],
    ['"bob smith"@example.com', '"b…"@example.com'],
    ['b{o}b!@example.com', 'b…@example.com'],
    ['+1 500‑555‑0010', '+1…0010'],
    ['+49 30/1234567', '+4…4567'],
    ['%252B15005550010, &#43;15005550010', '+1…0010, +1…0010'],
    [String.raw`\u002b15005550010`, '+1…0010'],
  ])('%j becomes %j', ([text = '', masked]) => expect(maskPeople(text)).toBe(masked));

  test.for([
    'b…@example.com and +1…5010',
    'newest recovery point 2026-11-29T17:45:39Z, +3 h',
    'UTC+01:00, +1 %, 34,840 of 700,000 documents',
    'project 65aa00000000000000000000 at 10.20.30.40:27017',
    'SMTP answered 250 2.0.0 Ok: queued as 4FXy4T0b8Zz1234567890',
    'an @ alone, and a trailing @',
  ])('%j stays as it is', (text) => expect(maskPeople(text)).toBe(text));

  test('masking twice changes nothing more', () => {
    const once = maskPeople('oncall@example.com, +15005550010');
    expect(maskPeople(once)).toBe(once);
  });

  test('a long text of nothing but candidates is masked in linear time', () => {
    const begun = performance.now();
    maskPeople('+1'.repeat(50_000) + 'a'.repeat(100_000) + '1 '.repeat(50_000));
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe('a recipient’s own address is masked', () => {
  const number = { address: '+15005550010', masked: '+1…0010' };
  const mail = { address: 'oncall@example.com', masked: 'o…@example.com' };

  test.for([
    ['as it is', '+15005550010'],
    ['without its plus', '15005550010'],
    ['with the prefix of an international call', '0015005550010'],
    ['with its plus encoded', '%2B15005550010'],
    ['in groups', '+1 500 555 0010'],
    ['as its country writes it', '(500) 555-0010'],
    ['without area code', '555-0010'],
    ['with its plus as an entity', '&#43;15005550010'],
    ['with the dashes of typographers', '500‑555–0010'],
    ['with slashes', '1/500/555/0010'],
  ] as const)('%s', ([, spelling]) => expect(maskPerson(`to ${spelling}, or`, number).replace('(', '')).toBe('to +1…0010, or'));

  test.for([
    ['in other case', 'OnCall@Example.COM'],
    ['encoded', 'oncall%40example.com'],
    ['encoded twice', 'oncall%2540example.com'],
    ['as an entity', 'oncall&#64;example.com'],
    ['escaped in JSON', String.raw`oncall\u0040example.com`],
  ] as const)('%s', ([, spelling]) => expect(maskPerson(`<${spelling}>`, mail)).toBe('<o…@example.com>'));

  test('with its plus encoded', () =>
    expect(maskPerson('<bob%2Bpager%40example.com>', { address: 'bob+pager@example.com', masked: 'b…@example.com' })).toBe(
      '<b…@example.com>',
    ));

  test.for(['a longer number 150055500107', 'a code 50010', 'nothing'])('%j has none of it', (text) =>
    expect(maskPerson(text, number)).toBe(text),
  );

  test('a number too short to be somebody’s own is looked for nowhere', () =>
    expect(maskPerson('12345 and 112', { address: '112', masked: 'x' })).toBe('12345 and 112'));
});

test('a name is masked so that whoever knows it recognises it', () => {
  expect(maskedMail('Bob <bob@example.com>')).toBe('Bob <b…@example.com>');
  expect(maskedNumber('+15005550010')).toBe('+1…0010');
});

test.for([
  ['ann@example.com, 203.0.113.7 at 2026-11-22T11:40:00Z', 'ann@example.com, (address) at 2026-11-22T11:40:00Z'],
  ['API key abcd, 2001:db8::7', 'API key abcd, (address)'],
  ['::ffff:203.0.113.7', '(address)'],
  ['MongoDB 8.0.4 at 12:30:00, version 1.2.3', 'MongoDB 8.0.4 at 12:30:00, version 1.2.3'],
] as const)('the addresses from which people did something are masked in %j', ([text, masked]) => {
  expect(maskHosts(text)).toBe(masked);
});
