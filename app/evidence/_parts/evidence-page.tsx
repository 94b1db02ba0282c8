import { DAY } from '../../../lib/domain/time.ts';
import type { EvidencePage as Held } from '../../../lib/wire/lists/evidence-page.ts';
import { Problems } from '../../_list/parts.tsx';
import { Moment } from '../../_parts/moment.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { Verdict } from '../../records/_log/words.tsx';
import { Command, Export } from './evidence-export.tsx';
import type { EvidenceAsked } from './query.ts';
import { isolated } from '../../_parts/right-to-left.tsx';
import { recordPath } from '../../../lib/render/page-paths.ts';

type Properties = {
  readonly held: Held;
  readonly asked: EvidenceAsked;
  /** SHA-256 of the public key; null where nothing is signed. */
  readonly keyId: string | null;
  /** Anybody may see the page, and gets no file from it. */
  readonly isPublic: boolean;
};

/** What the evidence log holds, by which key it is signed, the files of a period, and the commands that export and verify it. */
export function EvidencePage({ held, asked, keyId, isPublic }: Properties) {
  return (
    <Shell here="/evidence" className="list">
      <h1>Evidence</h1>
      <Problems problems={asked.problems} instead="What could not be read is left out: what is exported stands below." />
      <p>
        Whoever has to show an auditor, a customer or an authority that backups were watched and could be restored exports a period as one
        signed file. Whoever gets it checks it with the public key and nothing of ours.
      </p>
      <Log held={held} />
      <Key keyId={keyId} />
      <Export asked={asked} keyId={keyId} isPublic={isPublic} now={held.now} />
      <Verify held={held} asked={asked} keyId={keyId} />
    </Shell>
  );
}

function Log({ held: { newest, tested, keptFor, now } }: Pick<Properties, 'held'>) {
  return (
    <>
      <h2>The log</h2>
      <p>
        Every <a href="/runs">check</a> with its verdicts, every interval in which nobody watched, the policy whenever it changed, the
        digest of every <a href="/records">record</a> and <a href="/incidents">incident</a> that was over, and every{' '}
        <a href="/audit">act of a person</a>: one log, numbered without holes, each entry with the hash of the one before. It is kept for{' '}
        {Math.round(keptFor / DAY)} days.
      </p>
      {newest === null ? (
        <p className="empty">It has no entry so far: the first check writes one.</p>
      ) : (
        <dl className="facts">
          <Fact name="Entries" value={`${newest.number}`} />
          <div>
            <dt>The newest</dt>
            <dd>
              <Moment at={newest.at} now={now} />
            </dd>
          </div>
          <Fact name="Its SHA-256" value={newest.hash} />
          {tested !== null && <Tested tested={tested} now={now} />}
        </dl>
      )}
    </>
  );
}

/** What a test proves depends on what its plan restores into, so that the plan is named. */
function Tested({
  tested: { id, at, subject, verdict, plan },
  now,
}: {
  readonly tested: NonNullable<Held['tested']>;
  readonly now: string;
}) {
  return (
    <div>
      <dt>Last restore test</dt>
      <dd>
        <a href={recordPath(id)}>{isolated(subject)}</a>, <Verdict verdict={verdict} /> <Moment at={at} now={now} />
        {plan !== null && <>, by {isolated(plan)}</>}
      </dd>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  );
}

function Key({ keyId }: Pick<Properties, 'keyId'>) {
  return (
    <>
      <h2>The key</h2>
      {keyId === null ? (
        <p>
          <span className="trouble">Nothing is signed: EVIDENCE_KEY is not set.</span> This makes one; its private half is the variable.
          Until then nothing can be downloaded here.
        </p>
      ) : (
        <p>
          Exports are signed by the key whose <a href="/api/evidence/key">public half</a> has the SHA-256 below. Give it to whoever verifies
          by another way than the file.
        </p>
      )}
      {keyId === null ? <Command line="restorewatch evidence key" /> : <Command line={keyId} />}
    </>
  );
}

function Verify({ held: { newest }, asked: { from, to }, keyId }: Pick<Properties, 'held' | 'asked' | 'keyId'>) {
  const isIn = newest !== null && newest.at.slice(0, 10) <= to;
  const root = isIn ? ` --root ${newest.number}:${newest.hash}` : '';
  return (
    <>
      <h2>Verify</h2>
      <p>
        Needs the file and the public key: no settings, no store, no network.
        {keyId === null && ' A file without a signature cannot be verified.'}
        {isIn &&
          ' With the number and hash of an entry that was kept, as every daily digest gives them, it also shows that the log was not written anew:'}
      </p>
      <Command line={`restorewatch evidence verify evidence/restorewatch-evidence-${from}-${to}.json --key public.pem${root}`} />
      {!isIn && newest !== null && (
        <p>
          With <code>--root NUMBER:SHA256</code> of an entry of that period, as the daily digests of its days give them, it also shows that
          the log was not written anew. The newest entry came later, and is not in the file.
        </p>
      )}
      <p>
        The log in the store alone is verified by <code>restorewatch records --verify</code>.
      </p>
    </>
  );
}
