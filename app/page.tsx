import { readPage } from '../lib/wire/recorded-state.ts';
import { AutoRefresh } from './_page/auto-refresh.tsx';
import { pageNumber, StatusPage, UnreadablePage } from './_page/status-page.tsx';
import { orLogged } from './log.ts';
import { type Query, viewer } from './viewer.ts';

export const dynamic = 'force-dynamic';

export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const page = pageNumber((await searchParams)['page']);
  const model = await orLogged('GET /', () => readPage({ page }));
  return (
    <>
      {model === null ? <UnreadablePage /> : <StatusPage model={model} page={page} user={user} />}
      <AutoRefresh />
    </>
  );
}
