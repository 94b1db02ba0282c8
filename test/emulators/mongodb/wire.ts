import { BSON, type Document } from 'mongodb';

/** Opcodes of https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/: a reply to a greeting, the greeting, and everything else. */
const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2_004, 2_013];
const HEADER = 16;
/** What a real server takes at most, in bytes. Text of another protocol reads as a longer one. */
const LONGEST = 48_000_000;
/** Types stay as they came: a long that went out as a double would be another document. */
const AS_SENT = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const;

export type Command = { readonly requestId: number; readonly isGreeting: boolean; readonly body: Document };

/** The whole messages at the front of what has come, and the bytes that are left. Throws where they are no messages at all. */
export function messagesIn(bytes: Buffer): { readonly messages: readonly Buffer[]; readonly rest: Buffer } {
  const messages: Buffer[] = [];
  let rest = bytes;
  if (rest.length >= HEADER && rest.readInt32LE(0) > LONGEST) throw new Error('the emulated server got what is no message');
  while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
    const length = rest.readInt32LE(0);
    if (length < HEADER) throw new Error('the emulated server got a message of no length');
    messages.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return { messages, rest };
}

/** The command in a message. Documents that were sent beside it (`documents` of an insert) are put where its body has them. Throws for another opcode. */
export function commandIn(message: Buffer): Command {
  const [requestId, opcode] = [message.readInt32LE(4), message.readInt32LE(12)];
  if (opcode === OP_QUERY) return { requestId, isGreeting: true, body: documentAt(message, message.indexOf(0, HEADER + 4) + 9) };
  if (opcode !== OP_MSG) throw new Error(`the emulated server knows no opcode ${opcode}`);
  return { requestId, isGreeting: false, body: bodyOf(message) };
}

function bodyOf(message: Buffer): Document {
  let body: Document = {};
  for (let at = HEADER + 4; at < message.length;) {
    const kind = message.readUInt8(at);
    const size = message.readInt32LE(at + 1);
    if (kind === 0) body = { ...documentAt(message, at + 1), ...body };
    else body = { ...body, ...sequenceIn(message.subarray(at + 5, at + 1 + size)) };
    at += 1 + size;
  }
  return body;
}

function sequenceIn(bytes: Buffer): Document {
  const end = bytes.indexOf(0);
  const documents: Document[] = [];
  for (let at = end + 1; at < bytes.length; at += bytes.readInt32LE(at)) documents.push(documentAt(bytes, at));
  return { [bytes.toString('utf8', 0, end)]: documents };
}

function documentAt(bytes: Buffer, at: number): Document {
  return BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)), AS_SENT);
}

/** An answer as the driver expects it. */
export function reply({ requestId, isGreeting }: Pick<Command, 'requestId' | 'isGreeting'>, answer: Document): Buffer {
  const document = BSON.serialize(answer);
  // After a greeting's header: flags, the cursor's id (8 bytes), where it starts, and one document. After the other's: flags, and the kind of the section.
  const before = Buffer.alloc(isGreeting ? 20 : 5);
  if (isGreeting) before.writeInt32LE(1, 16);
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + before.length + document.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(isGreeting ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, before, document]);
}
