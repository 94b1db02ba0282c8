export type Service = 'redis-server' | 'chromium' | 'mongodb' | 'mongodb-with-users' | 'setpriv' | 'shared';

declare module 'vitest' {
  interface TaskMeta {
    /** The service whose absence skips the test; `missing-services.ts` lists it. */
    needs?: Service;
  }
}

const OTHERWISE: Readonly<Partial<Record<Service, string>>> = {
  shared: 'the folder ../shared is not there',
  setpriv: 'setpriv of util-linux is not there, by which Linux kills a tool with its parent',
  mongodb: 'mongodb is not there (set MONGO_TEST_URI, or install mongodb-memory-server)',
  'mongodb-with-users': 'mongodb with users is not there (set MONGO_TEST_AUTH_URI, or install mongodb-memory-server)',
};

/** "redis-server is not installed", for people. */
export function absence(name: Service): string {
  return OTHERWISE[name] ?? `${name} is not installed`;
}
