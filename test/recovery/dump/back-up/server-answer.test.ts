import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { answerIn, closeUp, documentsIn } from '../../../../lib/recovery/dump/back-up/server-answer.ts';

/** The bytes of an array, as they stand in a server's answer: those of a document whose fields are numbers. */
function arrayOf(items: readonly unknown[]): Uint8Array {
  return BSON.serialize(Object.fromEntries(items.entries()));
}

function fileOf(documents: readonly object[]): Buffer {
  return Buffer.concat(documents.map((document) => BSON.serialize(document)));
}

describe('documents of a server’s answer', () => {
  test.for([0, 1, 10, 11, 100, 101, 1_001])(
    'lie one behind the other afterwards, with every byte, and can be told apart: %d of them',
    (count) => {
      const documents = Array.from({ length: count }, (_, n) => ({ _id: n, text: 'ä\0'.repeat(n % 7) }));
      const found = closeUp(arrayOf(documents));
      expect([found.documents, Buffer.from(found.bytes)]).toEqual([count, fileOf(documents)]);
      expect(documentsIn(found).map((one) => BSON.deserialize(one))).toEqual(documents);
    },
  );

  test('inside a larger answer touch nothing around them', () => {
    const array = arrayOf([{ a: 1 }, { a: 2 }]);
    const answer = Buffer.concat([Buffer.from('before'), array, Buffer.from('after')]);
    expect(Buffer.from(closeUp(answer.subarray(6, 6 + array.length)).bytes)).toEqual(fileOf([{ a: 1 }, { a: 2 }]));
    expect([answer.subarray(0, 6).toString(), answer.subarray(-5).toString()]).toEqual(['before', 'after']);
  });

  test.for([
    ['a number among them', arrayOf([{ a: 1 }, 7])],
    ['an answer that is cut off', arrayOf([{ a: 1 }, { a: 2 }]).slice(0, -4)],
    ['a document that is longer than the answer', Buffer.from([12, 0, 0, 0, 3, 0x30, 0, 99, 0, 0, 0, 0])],
    ['a document of no bytes', Buffer.from([12, 0, 0, 0, 3, 0x30, 0, 0, 0, 0, 0, 0])],
    ['bytes behind its end', Buffer.concat([arrayOf([{ a: 1 }]), Buffer.from([0])])],
    ['nothing at all', new Uint8Array()],
  ] as const)('are refused with %s', ([, bytes]) => {
    expect(() => closeUp(bytes)).toThrow("the server's answer is no list of documents");
  });

  test.for(['firstBatch', 'nextBatch'] as const)('are found in its %s, with the number by which more are asked for', (name) => {
    const cursor = BSON.serialize({ id: new BSON.Long(7), ns: 'shop.orders', [name]: [{ a: 1 }] });
    const { id, documents, bytes } = answerIn(cursor);
    expect([id, documents, Buffer.from(bytes)]).toEqual([7n, 1, fileOf([{ a: 1 }])]);
  });

  test.for([
    ['id', { id: 7, firstBatch: [] }],
    ['firstBatch or nextBatch', { id: new BSON.Long(7) }],
  ] as const)('without %s are refused', ([name, cursor]) => {
    expect(() => answerIn(BSON.serialize(cursor))).toThrow(`the server's answer has no ${name}`);
  });
});
