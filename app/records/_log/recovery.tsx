import type { HandlingModel } from '../../../lib/render/first-page/handling-model.ts';
import { spellMinutes } from '../../../lib/domain/time.ts';
import { Ago, Moment, TimedText } from '../../_parts/moment.tsx';
import { isolated } from '../../_parts/right-to-left.tsx';
import { recordPath } from '../../../lib/render/page-paths.ts';

type Json = HandlingModel['status']['recovery'];
type Source = Json['sources'][number];
type Now = { readonly now: string };

const VERDICTS = { passed: 'passed', failed: 'FAILED', 'could-not-verify': 'could not be verified' } as const;

/** The last proof of each source and its durations, restore tests under way or refused, and drills. */
export function Recovery({ recovery, planned, now }: Now & { readonly recovery: Json; readonly planned: HandlingModel['restoreTests'] }) {
  const untested = planned.filter(({ cluster, project }) => !recovery.sources.some((source) => isSame(source, project, cluster)));
  return (
    <section aria-labelledby="recovery">
      <h2 id="recovery">Last proven</h2>
      {planned.length === 0 && recovery.sources.length === 0 && <p>No restore test is planned. Plan one in restorewatch.config.ts.</p>}
      <ul className="changes">
        {recovery.sources.map((source) => (
          <SourceLine key={source.clusterId} source={source} now={now} />
        ))}
        {untested.map(({ plan, project, cluster }) => (
          <li key={`${plan} ${project} ${cluster}`}>
            <strong>{isolated(cluster)}</strong> <span className="soft">({isolated(project)})</span>: never proven
          </li>
        ))}
        {recovery.underWay.map((test) => (
          <li key={test.id}>
            {isolated(`${test.source} (${test.project})`)} → {isolated(test.target)}: by {isolated(test.plan)} under way, phase {test.phase}{' '}
            since <Moment at={test.since} now={now} />
            {test.trouble !== null && <span className="trouble">; trouble: {isolated(test.trouble)}</span>}
          </li>
        ))}
        {recovery.refused.map(({ plan, project, source, at, why }) => (
          <li key={`${plan} ${project} ${source}`} className="trouble">
            Restore test {isolated(plan)} of {isolated(`${source} (${project})`)} refused <Ago at={at} now={now} />:{' '}
            <TimedText text={why} now={now} />
          </li>
        ))}
      </ul>
      <Drills recovery={recovery} now={now} />
    </section>
  );
}

function isSame(source: Source, project: string, cluster: string): boolean {
  return source.name === cluster && (source.projectId === project || source.projectName === project);
}

function SourceLine({ source, now }: Now & { readonly source: Source }) {
  const { last, proven, name, projectName } = source;
  return (
    <>
      <li>
        <strong>{isolated(name)}</strong> <span className="soft">({isolated(projectName)})</span>:{' '}
        {proven === null || proven.point === null ? (
          'never proven'
        ) : (
          <Proven proof={proven} point={proven.point} trend={source.rtoTrend} now={now} />
        )}
      </li>
      {last.verdict !== 'passed' && (
        <li className="trouble">
          {isolated(name)}: the last test <a href={recordPath(last.id)}>{VERDICTS[last.verdict]}</a> by {isolated(last.plan)}{' '}
          <Ago at={last.endedAt} now={now} />
          {last.why !== null && (
            <>
              : <TimedText text={last.why} now={now} />
            </>
          )}
        </li>
      )}
    </>
  );
}

type ProvenProperties = Now & {
  readonly proof: Source['last'];
  readonly point: NonNullable<Source['last']['point']>;
  /** RTO of the tests, oldest first. */
  readonly trend: readonly number[];
};

function Proven({ proof, point, trend, now }: ProvenProperties) {
  const before = trend.slice(-6, -1).map((span) => spellMinutes(span));
  const { rto, rpo } = proof.measured;
  const spans = [...(rto === null ? [] : [`RTO ${spellMinutes(rto)}`]), ...(rpo === null ? [] : [`RPO ${spellMinutes(rpo)}`])];
  return (
    <>
      {point.kind === 'snapshot' ? 'snapshot of' : 'moment'} <Moment at={point.at} now={now} />,{' '}
      <a href={recordPath(proof.id)}>
        proven <Ago at={proof.endedAt} now={now} />
      </a>{' '}
      by {isolated(proof.plan)}
      {spans.length > 0 && `, ${spans.join(', ')}`}
      {before.length > 0 && <span className="soft"> (RTO before: {before.join(', ')})</span>}; nothing newer is proven
      {proof.why !== null && <span className="soft">; {isolated(proof.why)}</span>}
      {point.expiresAt !== null && (
        <span className={Date.parse(point.expiresAt) <= Date.parse(now) ? 'trouble' : 'soft'}>
          ; the point {Date.parse(point.expiresAt) <= Date.parse(now) ? 'expired' : 'expires'} <Ago at={point.expiresAt} now={now} />
        </span>
      )}
    </>
  );
}

function Drills({ recovery, now }: Now & { readonly recovery: Json }) {
  const { drills, followUps, integrity } = recovery;
  const latest = [...new Map(drills.map((drill) => [drill.scenario, drill])).values()];
  return (
    <ul className="changes">
      {latest.map(({ id, scenario, at, verdict, summary }) => (
        <li key={id} className={verdict === 'passed' ? undefined : 'trouble'}>
          Drill {scenario}: <a href={recordPath(id)}>{VERDICTS[verdict]}</a> <Ago at={at} now={now} />, {isolated(summary)}
        </li>
      ))}
      {followUps.map(({ id, text, due }) => (
        <li key={id}>
          Follow-up {id}: {isolated(text)}
          {due !== null && (
            <>
              {' '}
              (<Ago at={due} now={now} />)
            </>
          )}
        </li>
      ))}
      {integrity !== null && (
        <li className={integrity.failed.length === 0 ? undefined : 'trouble'}>
          Assertions about the data <Ago at={integrity.at} now={now} />: {integrity.held} held
          {integrity.failed.map((line) => (
            <div key={line.expected}>
              {line.namespace}: expected {line.expected}, found {line.found}
            </div>
          ))}
        </li>
      )}
    </ul>
  );
}
