import { readErasurePage } from '../../lib/wire/lists/erasure-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { ErasuresPage } from './_parts/erasures-page.tsx';
import { erasuresAsked } from './_parts/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Erasures – Restorewatch' };

/** The register of erasures, and what restores have brought back. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const asked = erasuresAsked(await searchParams);
  const list = await orLogged('GET /erasures', () => readErasurePage(asked.page));
  return list === null ? <Unreadable here="/erasures" title="Erasures" /> : <ErasuresPage list={list} asked={asked} user={user} />;
}
