import type { PageModel } from '../../lib/render/first-page/page-model.ts';
import { outcomeInWords } from '../../lib/render/first-page/receipts.ts';
import { AndMore } from './and-more.tsx';
import { Ago } from './moment.tsx';
import { PostButton } from './post-button.tsx';
import { isolated } from './right-to-left.tsx';

type Letter = PageModel['acknowledgements']['deadLetters'][number];
type Viewer = Pick<PageModel, 'channelNames'> & { readonly now: string; readonly user: string | null };

type Properties = Viewer & {
  readonly letters: readonly Letter[];
  /** How many are shown at most. */
  readonly most: number;
};

/** Messages that were not delivered in time, each with a button to send it again at once. */
export function DeadLetters({ letters, most, channelNames, now, user }: Properties) {
  if (letters.length === 0) return null;
  return (
    <section aria-labelledby="undelivered">
      <h2 id="undelivered">Not delivered</h2>
      <ul className="rows">
        {letters.slice(0, most).map((letter) => (
          <li key={letter.key}>
            <LetterWords letter={letter} channelNames={channelNames} now={now} />
            {user !== null && (
              <PostButton
                action="/api/deliveries/resend"
                name="Send again"
                label={`Send again: ${channelNames[letter.channel] ?? letter.channel}, ${letter.about}`}
              >
                <input type="hidden" name="key" value={letter.key} />
              </PostButton>
            )}
          </li>
        ))}
      </ul>
      <AndMore of={letters.length} shown={most} href="/deliveries">
        all messages
      </AndMore>
    </section>
  );
}

function LetterWords({ letter, channelNames, now }: Omit<Viewer, 'user'> & { readonly letter: Letter }) {
  const { priority, channel, team, about, madeAt } = letter;
  return (
    <span>
      <span className="tag">
        {priority} {channelNames[channel] ?? channel}
        {team !== null && isolated(` (${team})`)}
      </span>{' '}
      {isolated(about)}, made <Ago at={madeAt} now={now} />: {isolated(outcomeInWords({ ...letter, acceptedAt: null }, Date.parse(now)))}
    </span>
  );
}
