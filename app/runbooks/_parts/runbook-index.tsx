import { documentOf, RUNBOOK_GROUPS } from '../../../lib/runbooks/index.ts';
import { Shell } from '../../_parts/shell.tsx';

/** All runbooks by name, those of disasters first. */
export function RunbookIndex() {
  return (
    <Shell here="/runbooks" className="runbook">
      <h1>Runbooks</h1>
      <p>
        An alert opens its own, filled with the cluster’s values. <a href="/runbooks/all">All of them on one page, without live values</a>:
        print it, and keep it where it can be reached when nothing else can.
      </p>
      {RUNBOOK_GROUPS.map(({ title, names }) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul className="points">
            {names.map((name) => (
              <li key={name}>
                <a href={`/runbooks/${name}`}>{documentOf(name).title}</a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Shell>
  );
}
