import { type Command, inlineOf, type Section } from '../../../lib/runbooks/index.ts';

/** One part of a runbook. */
export function SectionView({ section }: { readonly section: Section }) {
  const { heading, paragraphs, steps, points } = section;
  return (
    <section>
      <h2>{heading}</h2>
      {paragraphs.map((text) => (
        <p key={text}>
          <Words text={text} />
        </p>
      ))}
      {steps.length > 0 && (
        <ol>
          {steps.map(({ text, commands }) => (
            <li key={text}>
              <Words text={text} />
              {commands.map((command) => (
                <CommandView key={command.line} command={command} />
              ))}
            </li>
          ))}
        </ol>
      )}
      {points.length > 0 && (
        <ul className="points">
          {points.map((point) => (
            <li key={point}>
              <Words text={point} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function CommandView({ command: { by, line } }: { readonly command: Command }) {
  return (
    <div className="command">
      <span>{by}</span>
      {by === 'Atlas UI' ? (
        <p>{line}</p>
      ) : (
        <pre>
          <code>{line}</code>
        </pre>
      )}
    </div>
  );
}

function Words({ text }: { readonly text: string }) {
  return inlineOf(text).map((part, at) =>
    // Parts never move: the text is fixed.
    part.code ? <code key={`${at} ${part.text}`}>{part.text}</code> : part.text,
  );
}
