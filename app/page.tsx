import { readPage } from '../lib/wire/recorded-state.ts';
import { AutoRefresh } from './_page/auto-refresh.tsx';
import { StatusPage, UnreadablePage } from './_page/status-page.tsx';
import { orLogged } from './log.ts';
import { viewer } from './viewer.ts';

export const dynamic = 'force-dynamic';

export default async function Page() {
  const user = await viewer();
  const model = await orLogged('GET /', () => readPage());
  return (
    <>
      {model === null ? <UnreadablePage /> : <StatusPage model={model} user={user} />}
      <AutoRefresh />
    </>
  );
}
