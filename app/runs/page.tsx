import { readRunList } from '../../lib/wire/lists/run-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { runsAsked } from './_parts/query.ts';
import { RunsPage } from './_parts/runs-page.tsx';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Checks – Restorewatch' };

/** Checks, and intervals in which nobody watched. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  await viewer();
  const asked = runsAsked(await searchParams);
  const list = await orLogged('GET /runs', () => readRunList(asked.query));
  return list === null ? <Unreadable here="/runs" title="Checks" /> : <RunsPage list={list} asked={asked} />;
}
