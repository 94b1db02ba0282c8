import { crc32, deflateRawSync } from 'node:zlib';
import type { Instant } from '../../domain/time.ts';

/** Deflated, names in UTF-8, as every reader since 2007 takes it (PKWARE's APPNOTE 6.3.10, §4.3 and §4.4). */
const [VERSION, UTF8, DEFLATED] = [20, 0x0800, 8];

/** By the name of each file. */
type Files = Readonly<Record<string, string>>;

/** The files as one ZIP archive. `at`: the time that each has in it, which an archive keeps to two seconds, from 1980 on; here it is in UTC. */
export function zipFile(files: Files, at: Instant): Buffer {
  let offset = 0;
  const members = Object.entries(files).map(([file, text]) => {
    const [name, content] = [Buffer.from(file), Buffer.from(text)];
    const packed = deflateRawSync(content);
    const shared = fields(
      [2, VERSION],
      [2, UTF8],
      [2, DEFLATED],
      [4, dosTime(at)],
      [4, crc32(content)],
      [4, packed.length],
      [4, content.length],
      [2, name.length],
      [2, 0],
    );
    const local = Buffer.concat([fields([4, 0x04034b50]), shared, name, packed]);
    const central = Buffer.concat([
      fields([4, 0x02014b50], [2, VERSION]),
      shared,
      fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      name,
    ]);
    offset += local.length;
    return { local, central };
  });
  const directory = Buffer.concat(members.map(({ central }) => central));
  const count = members.length;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, offset], [2, 0]);
  return Buffer.concat([...members.map(({ local }) => local), directory, end]);
}

/** Numbers of 2 or 4 bytes, the lowest byte first. */
function fields(...all: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    all.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      if (bytes === 2) field.writeUInt16LE(value);
      else field.writeUInt32LE(value);
      return field;
    }),
  );
}

/** MS-DOS has no earlier day. */
const EARLIEST = Date.UTC(1980, 0, 1);

/** The time in the lower two bytes and the day in the upper two, as MS-DOS has them. */
function dosTime(at: Instant): number {
  const date = new Date(Math.max(at, EARLIEST));
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}
