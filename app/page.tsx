import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { authorise } from '../lib/access.ts';
import type { PageModel } from '../lib/page-model.ts';
import { readPage } from '../lib/wire.ts';
import { environment } from '../lib/wire-environment.ts';
import { AutoRefresh } from './_page/auto-refresh.tsx';
import { pageNumber } from './_page/page-number.ts';
import { StatusPage } from './_page/status-page.tsx';
import { Unreadable } from './_page/unreadable.tsx';
import { logError } from './log.ts';

export const dynamic = 'force-dynamic';

type Properties = { readonly searchParams: Promise<Readonly<Record<string, string | readonly string[] | undefined>>> };

export default async function Page({ searchParams }: Properties) {
  // proxy.ts has asked already; a way around it (CVE-2025-29927 was one) must not open this.
  const answer = await authorise(environment().access, (await headers()).get('authorization'));
  if (!answer.allowed) notFound();
  const page = pageNumber((await searchParams)['page']);
  const model = await modelOf(page);
  return (
    <>
      {model === null ? <Unreadable /> : <StatusPage model={model} page={page} user={answer.user} />}
      <AutoRefresh />
    </>
  );
}

async function modelOf(page: number): Promise<PageModel | null> {
  try {
    return await readPage({ page });
  } catch (error) {
    logError('GET /', error);
    return null;
  }
}
