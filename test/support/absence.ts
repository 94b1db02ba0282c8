export type Service =
  | 'redis-server'
  | 'chromium'
  | 'mongodb'
  | 'mongodb-with-users'
  | 'setpriv'
  | 'prometheus'
  | 'promtool'
  | 'prometheus_client'
  | 'systemd-analyze'
  | 'curl'
  | 'shared';

declare module 'vitest' {
  interface TaskMeta {
    /** The service whose absence skips the test; `missing-services.ts` lists it. */
    needs?: Service;
  }
}

const OTHERWISE: Readonly<Partial<Record<Service, string>>> = {
  shared: 'the folder ../shared is not there',
  setpriv: 'setpriv of util-linux is not there, by which Linux kills a tool with its parent',
  prometheus_client: 'python3 with the module prometheus_client is not there (Debian: python3-prometheus-client)',
  mongodb: 'mongodb is not there (set MONGO_TEST_URI, or install mongodb-memory-server)',
  'mongodb-with-users': 'mongodb with users is not there (set MONGO_TEST_AUTH_URI, or install mongodb-memory-server)',
};

/** "redis-server is not installed", for people. */
export function absence(name: Service): string {
  return OTHERWISE[name] ?? `${name} is not installed`;
}
