import { viewer } from '../viewer.ts';
import { RunbookIndex } from './_parts/runbook-index.tsx';
import './_parts/runbook.css';

export const dynamic = 'force-dynamic';
export const metadata = { title: 'Runbooks – Restorewatch' };

/** Every runbook by name. Needs neither Atlas nor the store. */
export default async function Page() {
  await viewer();
  return <RunbookIndex />;
}
