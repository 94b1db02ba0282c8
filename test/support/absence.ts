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

/** What a test may need: a service, or that all ten healthy years are asked for. */
export type Need = Service | 'every-year';

declare module 'vitest' {
  interface TaskMeta {
    /** What is not there where the test is skipped; `missing-services.ts` lists it. */
    needs?: Need;
  }
}

const OTHERWISE: Readonly<Partial<Record<Need, string>>> = {
  'every-year': 'HEALTHY_YEARS asks for fewer',
  shared: 'the folder ../shared is not there',
  setpriv: 'setpriv of util-linux is not there, by which Linux kills a tool with its parent',
  prometheus_client: 'python3 with the module prometheus_client is not there (Debian: python3-prometheus-client)',
  mongodb: 'mongodb is not there (set MONGO_TEST_URI, or install mongodb-memory-server)',
  'mongodb-with-users': 'mongodb with users is not there (set MONGO_TEST_AUTH_URI, or install mongodb-memory-server)',
};

/** "redis-server is not installed", for people. */
export function absence(name: Need): string {
  return OTHERWISE[name] ?? `${name} is not installed`;
}
