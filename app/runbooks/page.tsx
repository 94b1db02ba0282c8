import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { authorise } from '../../lib/access.ts';
import { environment } from '../../lib/wire-environment.ts';
import { RunbookIndex } from './_parts/runbook-index.tsx';
import './_parts/runbook.css';

export const dynamic = 'force-dynamic';

/** Every runbook by name. Needs neither Atlas nor the store. */
export default async function Page() {
  const answer = await authorise(environment().access, (await headers()).get('authorization'));
  if (!answer.allowed) notFound();
  return <RunbookIndex />;
}
