export type Service = 'redis-server' | 'chromium' | 'shared';

declare module 'vitest' {
  interface TaskMeta {
    /** The service whose absence skips the test; `missing-services.ts` lists it. */
    needs?: Service;
  }
}

/** "redis-server is not installed", for people. */
export function absence(name: Service): string {
  return name === 'shared' ? 'the folder ../shared is not there' : `${name} is not installed`;
}
