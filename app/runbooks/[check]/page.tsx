import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { authorise } from '../../../lib/access.ts';
import { CHECK_IDS } from '../../../lib/domain/policy.ts';
import { RUNBOOKS } from '../../../lib/runbooks.ts';
import { environment } from '../../../lib/wire-environment.ts';

export const dynamic = 'force-dynamic';

type Properties = { readonly params: Promise<{ readonly check: string }> };

/** What to do when a check fails. Needs neither Atlas nor the store. */
export default async function Page({ params }: Properties) {
  const answer = await authorise(environment().access, (await headers()).get('authorization'));
  const { check } = await params;
  const id = CHECK_IDS.find((candidate) => candidate === check);
  if (!answer.allowed || !id) notFound();
  const { means, risk, steps, over } = RUNBOOKS[id];
  return (
    <main>
      <p>
        <a href="/">← Status page</a>
      </p>
      <h1>Runbook: {id}</h1>
      <h2>What it means</h2>
      <p>{means}</p>
      <h2>What is at risk</h2>
      <p>{risk}</p>
      <h2>What to do now</h2>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <h2>When it is over</h2>
      <p>{over}</p>
    </main>
  );
}
