import { Fragment } from 'react';
import type { FindingJson } from '../../lib/status/json.ts';
import { Ago, Moment } from './moment.tsx';

type Finding = FindingJson & { readonly about?: string };

/** Findings in words, each with since when. What several checks say in the same words, such as why nothing can be read, is said once. */
export function Findings({ findings, now }: { readonly findings: readonly Finding[]; readonly now: string }) {
  const alike = Map.groupBy(findings, ({ verdict, about, summary }) => `${verdict} ${about ?? ''} ${summary}`);
  return [...alike].map(([key, group]) => <Said key={key} findings={group} now={now} />);
}

function Said({ findings, now }: { readonly findings: readonly Finding[]; readonly now: string }) {
  const [first] = findings.toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (first === undefined) return null;
  return (
    <div className="finding">
      {findings.map(({ check, priority, severity }) => (
        <Fragment key={check}>
          <span className="tag" data-severity={severity}>
            {priority} {check}
          </span>{' '}
        </Fragment>
      ))}
      {first.about !== undefined && <strong>{first.about}: </strong>}
      {first.summary}{' '}
      <span className="soft">
        since <Moment at={first.since} now={now} /> (<Ago at={first.since} now={now} />)
      </span>
    </div>
  );
}
