import type { HandlingModel } from '../../lib/render/first-page/handling-model.ts';
import { serviceLevelsInWords } from '../../lib/render/history/service-levels.ts';
import { spellMinutes } from '../../lib/domain/time.ts';
import { Ago, TimedText } from './moment.tsx';

type Status = HandlingModel['status'];
type Percentiles = Status['latency']['detected'];

const VERDICTS = { running: 'under way', passed: 'passed', failed: 'failed' } as const;

/** Whether alerts arrive, and how fast: the last proof, how long each step took, and what nobody can acknowledge. */
export function AlertPath({ status, acknowledgementGap }: { readonly status: Status; readonly acknowledgementGap: string | null }) {
  const { alertPath, generatedAt: now, latency, serviceLevels } = status;
  const steps = [
    ['Fault to check', latency.detected],
    ['Check to provider', latency.accepted],
    ['Check to acknowledged', latency.acknowledged],
  ] as const;
  return (
    <>
      <h1>Alert path</h1>
      {alertPath === null && <p>Never proven. Nobody knows whether the phone rings; try it with restorewatch alerts prove.</p>}
      {acknowledgementGap !== null && <p className="trouble">{acknowledgementGap}</p>}
      <dl className="facts">
        {alertPath !== null && (
          <div>
            <dt>Last proof</dt>
            <dd className={alertPath.verdict === 'failed' ? 'trouble' : undefined}>
              <Ago at={alertPath.at} now={now} />: {VERDICTS[alertPath.verdict]}
              {alertPath.detail !== '' && (
                <>
                  , <TimedText text={alertPath.detail} now={now} />
                </>
              )}
            </dd>
          </div>
        )}
        {steps.map(([name, taken]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{inWords(taken)}</dd>
          </div>
        ))}
        <div>
          <dt>Over {serviceLevels.days} days</dt>
          <dd>
            {serviceLevelsInWords(serviceLevels).map((line) => (
              <div key={line}>{line}</div>
            ))}
          </dd>
        </div>
      </dl>
    </>
  );
}

function inWords({ count, p50, p95 }: Percentiles): string {
  return p50 === null || p95 === null
    ? 'not measured yet'
    : `half within ${spellMinutes(p50)}, 95 % within ${spellMinutes(p95)} (of ${count})`;
}
