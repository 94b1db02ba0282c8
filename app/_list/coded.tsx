import { inlineOf } from '../../lib/runbooks/index.ts';
import { Isolated } from './isolated.tsx';

/** Text of our own in which what stands between backticks is code: commands, settings, names of files. */
export function Coded({ text, now }: { readonly text: string; readonly now?: string }) {
  return inlineOf(text).map((part, index) =>
    // Parts never move: a text that changes is another text.
    part.code ? <code key={index}>{part.text}</code> : <Isolated key={index} text={part.text} {...(now !== undefined && { now })} />,
  );
}
