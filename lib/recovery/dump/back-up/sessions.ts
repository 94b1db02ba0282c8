import type { ClientSession, MongoClient } from 'mongodb';

/** Sessions of the driver, each used by one reader at a time. */
export type Sessions = {
  readonly take: () => ClientSession;
  /** For the next reader. */
  readonly release: (session: ClientSession) => void;
};

/**
 * As many sessions as there are readers at once, and not one for each collection: the driver takes a tenth of a command's time to make one and to end it.
 * They end with the client. One in which a command failed may be used again, since reads leave nothing in a session but their cursor, which they close.
 */
export function sessionsOf(client: MongoClient): Sessions {
  const idle: ClientSession[] = [];
  return {
    take: () => idle.pop() ?? client.startSession({ causalConsistency: false }),
    release: (session) => void idle.push(session),
  };
}
