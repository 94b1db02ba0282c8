import type { HandlingModel } from '../../../lib/render/first-page/handling-model.ts';
import { serviceLevelsInWords } from '../../../lib/render/service-levels.ts';
import { spellMinutes } from '../../../lib/domain/time.ts';
import { DeadLetters } from '../../_parts/dead-letters.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { Ago, TimedText } from '../../_parts/moment.tsx';

type Properties = { readonly model: HandlingModel; readonly user: string | null };

/** Whether alerts arrive, and how fast; and what has not arrived, with a button for a `user` to send it again. */
export function AlertPathPage({ model: { status, acknowledgements, channelNames }, user }: Properties) {
  const now = status.generatedAt;
  return (
    <Shell here="/alert-path">
      <AlertPath status={status} acknowledgementGap={acknowledgements.acknowledgementGap} />
      <DeadLetters most={50} letters={acknowledgements.deadLetters} channelNames={channelNames} now={now} user={user} />
      <p className="soft">
        <a href="/deliveries">Every message</a>
      </p>
    </Shell>
  );
}

type Status = HandlingModel['status'];
type Percentiles = Status['latency']['detected'];

const VERDICTS = { running: 'under way', passed: 'passed', failed: 'failed' } as const;

/** Whether alerts arrive, and how fast: the last proof, how long each step took, and what nobody can acknowledge. */
function AlertPath({ status, acknowledgementGap }: { readonly status: Status; readonly acknowledgementGap: string | null }) {
  const { alertPath, generatedAt: now, latency, serviceLevels } = status;
  return (
    <>
      <h1>Alert path</h1>
      {alertPath === null && <p>Never proven. Nobody knows whether the phone rings; try it with restorewatch alerts prove.</p>}
      {acknowledgementGap !== null && <p className="trouble">{acknowledgementGap}</p>}
      <dl className="facts">
        {alertPath !== null && <LastProof proof={alertPath} now={now} />}
        <Lines label="Fault to check" lines={[inWords(latency.detected)]} />
        <Lines label="Check to provider" lines={[inWords(latency.accepted)]} />
        <Lines label="Check to acknowledged" lines={[inWords(latency.acknowledged)]} />
        <Lines label={`Over ${serviceLevels.days} days`} lines={serviceLevelsInWords(serviceLevels)} />
      </dl>
    </>
  );
}

function LastProof({ proof, now }: { readonly proof: NonNullable<Status['alertPath']>; readonly now: string }) {
  return (
    <div>
      <dt>Last proof</dt>
      <dd className={proof.verdict === 'failed' ? 'trouble' : undefined}>
        <Ago at={proof.at} now={now} />: {VERDICTS[proof.verdict]}
        {proof.detail !== '' && (
          <>
            , <TimedText text={proof.detail} now={now} />
          </>
        )}
      </dd>
    </div>
  );
}

function Lines({ label, lines }: { readonly label: string; readonly lines: readonly string[] }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {lines.map((line) => (
          <div key={line}>{line}</div>
        ))}
      </dd>
    </div>
  );
}

function inWords({ count, p50, p95 }: Percentiles): string {
  return p50 === null || p95 === null
    ? 'not measured yet'
    : `half within ${spellMinutes(p50)}, 95 % within ${spellMinutes(p95)} (of ${count})`;
}
