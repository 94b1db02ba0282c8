import { TimedText } from './moment.tsx';

/** Restore tests that somebody must finish. */
export function UnfinishedTests({ tests, now }: { readonly tests: readonly string[]; readonly now: string }) {
  if (tests.length === 0) return null;
  return (
    <section aria-labelledby="not-finished">
      <h2 id="not-finished">Restore tests, not finished</h2>
      <ul className="changes">
        {tests.map((text) => (
          <li key={text} className="trouble">
            <TimedText text={text} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}
