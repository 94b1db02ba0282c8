import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const APP = join(import.meta.dirname, '../../app');
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

type Parameters = Readonly<Record<string, string>>;
export type Handler = (request: Request, context: { readonly params: Promise<Parameters> }) => Promise<Response> | Response;
/** `pattern`: the path with its parameters, as `/api/silences/{id}/end`. */
export type Route = {
  readonly path: string;
  readonly pattern: string;
  readonly method: string;
  readonly handler: Handler;
  readonly parameters: Parameters;
};

type Page = (properties: { readonly params: Promise<Parameters>; readonly searchParams: Promise<Parameters> }) => Promise<unknown>;

/** Values for the folders of `app` that are parameters. */
const VALUES: Parameters = { id: 'no-such-id', code: 'abcdefg', name: 'rpo' };

function filesNamed(name: string): readonly string[] {
  return readdirSync(APP, { recursive: true, encoding: 'utf8' }).filter((path) => path === name || path.endsWith(`/${name}`));
}

function parametersOf(file: string, values: Parameters = VALUES): Parameters {
  return Object.fromEntries([...file.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => [name, values[name] ?? 'x']));
}

/** What answers for the addresses that no other route has: test/app/unknown-address.test.ts. */
const REMAINDER = 'api/[[...path]]/route.ts';

/** Every method of every route that the product has, whoever adds one. Imported when called, so that the environment may be set before. */
export async function everyRoute(): Promise<readonly Route[]> {
  const files = filesNamed('route.ts').filter((file) => file !== REMAINDER);
  const all = files.map(async (file) => {
    const exported: Readonly<Record<string, Handler | undefined>> = await import(join(APP, file));
    return METHODS.flatMap((method) => {
      const handler = exported[method];
      const pattern = `/${file.replace(/\/route\.ts$/, '').replace(/\[(\w+)\]/g, '{$1}')}`;
      const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? 'x');
      return handler === undefined ? [] : [{ path, pattern, method, handler, parameters: parametersOf(file) }];
    });
  });
  return (await Promise.all(all)).flat();
}

/** Every page, as a function of its query that reads what the page shows. `values`: for the folders that are parameters. */
export async function everyPage(
  values: Parameters = VALUES,
): Promise<readonly { readonly path: string; readonly read: (query: Parameters) => Promise<unknown> }[]> {
  const all = filesNamed('page.tsx').map(async (file) => {
    const { default: page }: { readonly default: Page } = await import(join(APP, file));
    const read = (query: Parameters) => page({ params: Promise.resolve(parametersOf(file, values)), searchParams: Promise.resolve(query) });
    return { path: `/${file.replace(/\/?page\.tsx$/, '')}`, read };
  });
  return Promise.all(all);
}

/** A request to the route; a method with a body gets one that every form takes for a form. */
export function requestTo({ path, method }: Route, headers: Readonly<Record<string, string>>, query = ''): Request {
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { body: 'a=b' } : {};
  const type = 'body' in body ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  return new Request(`http://127.0.0.1${path}${query}`, { method, headers: { ...type, ...headers }, ...body });
}
