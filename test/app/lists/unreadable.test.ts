import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { everyPage } from '../routes.ts';

vi.mock('next/headers', () => ({ headers: async () => new Headers() }));
vi.mock('next/server', async (original) => ({ ...(await original<object>()), after: () => {} }));

beforeAll(() => {
  const environment = {
    ATLAS_CLIENT_ID: 'mdb_sa_id_1',
    ATLAS_CLIENT_SECRET: 'mdb_sa_sk_of_the_test_of_unreadable_lists',
    ALERTS: 'off',
    STATE_PATH: '/dev/null/state.sqlite',
    STATUS_ACCESS: 'public',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('where the store cannot be read', () => {
  test.for(['/incidents', '/runs', '/deliveries', '/checklist', '/erasures', '/evidence', '/audit', '/records', '/records/[id]'])(
    '%s says that nothing is known, and does not look empty',
    async (path) => {
      const page = (await everyPage()).find((one) => one.path === path);
      // Proof: a page of Next gives an element.
      const text = renderToStaticMarkup(await (page?.read({}) as Promise<React.ReactNode>));
      expect(text).toMatch(/role="alert"><span>This cannot be read now, so nothing is known of it\./);
      expect(text).not.toMatch(/class="empty"/);
    },
  );

  test.for([
    ['/clusters', '/clusters'],
    ['/clusters/[projectId]/[clusterId]', '/clusters'],
    ['/silences', '/silences'],
    ['/alert-path', '/alert-path'],
  ] as const)('%s says so too, and stands in the navigation at %s', async ([path, place]) => {
    const page = (await everyPage()).find((one) => one.path === path);
    // Proof: a page of Next gives an element.
    const text = renderToStaticMarkup(await (page?.read({}) as Promise<React.ReactNode>));
    expect(text).toContain('The recorded state cannot be read, so nothing here is known.');
    expect(text).toContain(`href="${place}" aria-current="page"`);
  });
});
