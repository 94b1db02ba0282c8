import { channelLabels, readDeliveries } from '../../lib/wire/lists/delivery-pages.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { DeliveriesPage } from './_parts/deliveries-page.tsx';
import { deliveriesAsked } from './_parts/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Messages – Restorewatch' };

/** Messages, and what became of each. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  const user = await viewer();
  const channels = channelLabels();
  const asked = deliveriesAsked(await searchParams, Object.keys(channels));
  const list = await orLogged('GET /deliveries', () => readDeliveries(asked.query));
  if (list === null) return <Unreadable here="/deliveries" title="Messages" />;
  return <DeliveriesPage list={list} asked={asked} channels={channels} user={user} />;
}
