import { BSON } from 'mongodb';

/** Documents as a BSON file has them: one behind the other. */
export type Batch = { readonly documents: number; readonly bytes: Uint8Array };

const OBJECT = 3;
const LONG = 18;
/** Length, no element, and the closing zero. */
const SMALLEST = 5;

/**
 * What the server answered to `find`, `getMore` or `listIndexes`, by the bytes of the answer's field `cursor`: the documents, and by which number more
 * of them are asked for; 0 where these were the last. Changes the bytes. Throws Error where they are no such answer.
 */
export function answerIn(cursor: Uint8Array): Batch & { readonly id: bigint } {
  const view = Buffer.from(cursor.buffer, cursor.byteOffset, cursor.length);
  let [id, array]: [bigint | null, Uint8Array | null] = [null, null];
  for (const [type, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(view)) {
    const name = view.toString('latin1', nameOffset, nameOffset + nameLength);
    if (name === 'id' && type === LONG) id = view.readBigInt64LE(offset);
    if (name === 'firstBatch' || name === 'nextBatch') array = view.subarray(offset, offset + length);
  }
  if (id === null) throw new Error("the server's answer has no id");
  if (array === null) throw new Error("the server's answer has no firstBatch or nextBatch");
  return { id, ...closeUp(array) };
}

/**
 * Moves an array's documents to its beginning, over the numbers that stand before them there, so that they lie one behind the other as in a file. Throws
 * Error where the bytes are no array of documents. Changes `array`.
 */
export function closeUp(array: Uint8Array): Batch {
  const view = new DataView(array.buffer, array.byteOffset, array.length);
  let [from, to, documents] = [4, 0, 0];
  while (array[from] === OBJECT) {
    // Its name, a number, ends with a zero.
    do from += 1;
    while (array[from] !== 0 && from < array.length);
    from += 1;
    const end = from + (from + 4 < array.length ? view.getInt32(from, true) : 0);
    if (end < from + SMALLEST || end >= array.length) break;
    array.copyWithin(to, from, end);
    to += end - from;
    from = end;
    documents += 1;
  }
  if (from !== array.length - 1 || array[from] !== 0) throw new Error("the server's answer is no list of documents");
  return { documents, bytes: array.subarray(0, to) };
}

/** The single documents of so many that lie one behind the other. */
export function documentsIn({ documents, bytes }: Batch): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = 0;
  return Array.from({ length: documents }, () => {
    const from = end;
    end += view.getInt32(from, true);
    return bytes.subarray(from, end);
  });
}
