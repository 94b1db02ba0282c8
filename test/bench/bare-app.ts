import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The least that Next can serve: an empty page and an empty route, both rendered at each request as ours are. */
const FILES: Readonly<Record<string, string>> = {
  'app/layout.js': 'export default function Layout({ children }) { return <html lang="en"><body>{children}</body></html>; }',
  'app/page.js': "export const dynamic = 'force-dynamic';\nexport default function Page() { return <p>nothing</p>; }",
  'app/api/bare/route.js': "export const dynamic = 'force-dynamic';\nexport function GET() { return Response.json({}); }",
};

/** Builds an app with nothing in it, inside `folder` so that it takes the same Next. Gives its folder. */
export function buildBareApp(folder: string): string {
  const root = join(folder, '.restorewatch', 'bench-bare');
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), `${text}\n`);
  }
  const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next');
  const env = { ...process.env, NODE_ENV: 'production' as const, NEXT_TELEMETRY_DISABLED: '1' };
  const done = spawnSync(process.execPath, [next, 'build', root], { cwd: folder, env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`bench: the empty app cannot be built:\n${done.stdout}${done.stderr}`);
  return root;
}
