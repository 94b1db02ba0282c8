import type { PageModel } from '../../lib/page-model.ts';
import { Ago } from './moment.tsx';

type Letter = PageModel['people']['deadLetters'][number];
type Seen = { readonly now: string; readonly user: string | null };

const SHOWN = 50;

/** What did not reach people in time, each with a button to try again at once. */
export function DeadLetters({ letters, now, user }: Seen & { readonly letters: readonly Letter[] }) {
  if (letters.length === 0) return null;
  return (
    <section aria-labelledby="undelivered">
      <h2 id="undelivered">Not delivered</h2>
      <ul className="rows">
        {letters.slice(0, SHOWN).map((letter) => (
          <li key={letter.key}>
            <LetterWords letter={letter} now={now} />
            {user !== null && (
              <form method="post" action="/api/deliveries/resend">
                <input type="hidden" name="key" value={letter.key} />
                <button type="submit" aria-label={`Send again: ${letter.channel} ${letter.kind}, ${letter.about}`}>
                  Send again
                </button>
              </form>
            )}
          </li>
        ))}
      </ul>
      {letters.length > SHOWN && <p className="soft">And {letters.length - SHOWN} more.</p>}
    </section>
  );
}

function LetterWords({ letter, now }: { readonly letter: Letter; readonly now: string }) {
  const { priority, channel, team, kind, about, state, attempts, madeAt, nextTryAt, lastError } = letter;
  return (
    <span>
      <span className="tag">
        {priority} {channel}
        {team !== null && ` (${team})`}
      </span>{' '}
      {kind} of {about}: {state} after {attempts} {attempts === 1 ? 'try' : 'tries'}, made <Ago at={madeAt} now={now} />
      {nextTryAt !== null && (
        <>
          , next try <Ago at={nextTryAt} now={now} />
        </>
      )}
      {lastError !== null && ` (${lastError})`}
    </span>
  );
}
