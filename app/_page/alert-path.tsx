import type { PageModel } from '../../lib/render/page-model.ts';
import { serviceLevelsInWords } from '../../lib/render/history/service-levels.ts';
import { spellMinutes } from '../../lib/domain/time.ts';
import { Ago, TimedText } from './moment.tsx';

type Status = PageModel['status'];
type Percentiles = Status['latency']['detected'];

const VERDICTS = { running: 'under way', passed: 'passed', failed: 'failed' } as const;

/** Whether alerts arrive, and how fast: the last proof, how long each step took, and what nobody can acknowledge. */
export function AlertPath({ status, acknowledgementGap }: { readonly status: Status; readonly acknowledgementGap: string | null }) {
  const { alertPath, generatedAt: now, latency, serviceLevels } = status;
  const steps = [
    ['fault to check', latency.detected],
    ['check to provider', latency.accepted],
    ['check to acknowledged', latency.acknowledged],
  ] as const;
  return (
    <section aria-labelledby="alert-path">
      <h2 id="alert-path">Alert path</h2>
      {alertPath === null && <p>Alert path: never proven. Nobody knows whether the phone rings; try it with restorewatch alerts prove.</p>}
      {alertPath !== null && (
        <p className={alertPath.verdict === 'failed' ? 'trouble' : undefined}>
          Last proof <Ago at={alertPath.at} now={now} />: {VERDICTS[alertPath.verdict]}
          {alertPath.detail !== '' && (
            <>
              , <TimedText text={alertPath.detail} now={now} />
            </>
          )}
        </p>
      )}
      <p className="soft">{steps.map(([name, taken]) => `${name}: ${inWords(taken)}`).join('; ')}</p>
      {serviceLevelsInWords(serviceLevels).map((line) => (
        <p key={line} className="soft">
          {line}
        </p>
      ))}
      {acknowledgementGap !== null && <p className="trouble">{acknowledgementGap}</p>}
    </section>
  );
}

function inWords({ count, p50, p95 }: Percentiles): string {
  return p50 === null || p95 === null
    ? 'not measured yet'
    : `half within ${spellMinutes(p50)}, 95 % within ${spellMinutes(p95)} (of ${count})`;
}
