import { TimedText } from '../_page/moment.tsx';
import { isolated } from '../_page/right-to-left.tsx';

/** Isolates right-to-left text, so that it does not reorder the text around it. With `now`, moments are rendered as `Moment` renders them. */
export function Isolated({ text, now }: { readonly text: string; readonly now?: string }) {
  return now === undefined ? isolated(text) : <TimedText text={text} now={now} />;
}
