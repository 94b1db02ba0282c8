import { evidenceKeyId, isPublic, readEvidencePage } from '../../lib/wire/lists/evidence-page.ts';
import { Unreadable } from '../_list/unreadable.tsx';
import { orLogged } from '../log.ts';
import { type Query, viewer } from '../viewer.ts';
import { EvidencePage } from './_parts/evidence-page.tsx';
import { evidenceAsked } from './_parts/query.ts';
import '../_list/lists.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Evidence – Restorewatch' };

/** What an outsider can check, and how. */
export default async function Page({ searchParams }: { readonly searchParams: Promise<Query> }) {
  await viewer();
  const asked = evidenceAsked(await searchParams, Date.now());
  const held = await orLogged('GET /evidence', readEvidencePage);
  if (held === null) return <Unreadable here="/evidence" title="Evidence" />;
  return <EvidencePage held={held} asked={asked} keyId={evidenceKeyId()} isPublic={isPublic()} />;
}
