import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { zipFile } from '../../../lib/record/evidence/zip-file.ts';

const MADE = Date.UTC(2026, 10, 30, 14, 5, 59);
const END = 22;

type Member = { readonly name: string; readonly text: string; readonly crc: number; readonly time: number };

/** What a reader of the archive finds, by the directory at its end. */
function membersOf(archive: Buffer): readonly Member[] {
  const end = archive.subarray(-END);
  expect(end.readUInt32LE(0)).toBe(0x06054b50);
  expect(end.readUInt32LE(12) + end.readUInt32LE(16) + END).toBe(archive.length);
  let at = end.readUInt32LE(16);
  return Array.from({ length: end.readUInt16LE(10) }, () => {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50);
    const [size, length, offset] = [archive.readUInt32LE(at + 20), archive.readUInt16LE(at + 28), archive.readUInt32LE(at + 42)];
    expect(archive.readUInt32LE(offset)).toBe(0x04034b50);
    // The local header repeats what the directory says of the file, from the version that is needed to the length of its name.
    expect(archive.subarray(offset + 4, offset + 30)).toEqual(archive.subarray(at + 6, at + 32));
    const begin = offset + 30 + length;
    const member = {
      name: archive.toString('utf8', at + 46, at + 46 + length),
      text: inflateRawSync(archive.subarray(begin, begin + size)).toString(),
      crc: archive.readUInt32LE(at + 16),
      time: archive.readUInt32LE(at + 12),
    };
    at += 46 + length;
    return member;
  });
}

describe('a ZIP archive', () => {
  test.for([
    [{ 'a.json': '{"a":1}\n', 'b.csv': 'x'.repeat(100_000), 'c.html': '<p>é 🙂</p>' }],
    [{ 'empty.txt': '' }],
    [{ 'naïve.txt': 'a' }],
    [{}],
  ] as const)('of %j is read as what went in, each with the checksum of its bytes', ([files]) => {
    const members = membersOf(zipFile(files, MADE));
    expect(members.map(({ name, text }) => [name, text])).toEqual(Object.entries(files));
    expect(members.map(({ crc }) => crc)).toEqual(Object.values(files).map((text) => crc32(text)));
  });

  test.for([
    [MADE, [2026, 11, 30, 14, 5, 58]],
    [Date.UTC(1980, 0, 1), [1980, 1, 1, 0, 0, 0]],
    [Date.UTC(1980, 0, 1) - 1, [1980, 1, 1, 0, 0, 0]],
    [0, [1980, 1, 1, 0, 0, 0]],
  ] as const)('has the time %i to two seconds, and none before 1980', ([at, expected]) => {
    const [member] = membersOf(zipFile({ a: 'a' }, at));
    const [day, time] = [(member?.time ?? 0) >>> 16, (member?.time ?? 0) & 0xffff];
    expect([1980 + (day >> 9), (day >> 5) & 15, day & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2]).toEqual(expected);
  });
});
