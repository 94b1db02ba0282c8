import { TimedText } from '../_page/moment.tsx';

/** Letters that are written from right to left: Hebrew, Arabic and their neighbours, their presentation forms, and those of the supplementary planes. */
const RIGHT_TO_LEFT = '\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFF\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}';
/** From the first of them to the last one before a letter of another direction. */
const RUN = new RegExp(`([${RIGHT_TO_LEFT}](?:[^\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}]*[${RIGHT_TO_LEFT}])?)`, 'u');

/** Isolates right-to-left text, so that it does not reorder the text around it. With `now`, moments are rendered as `Moment` renders them. */
export function Isolated({ text, now }: { readonly text: string; readonly now?: string }) {
  return text.split(RUN).map((part, index) => {
    // Parts never move: a text that changes is another text.
    if (index % 2 === 1) return <bdi key={index}>{part}</bdi>;
    return now === undefined ? part : <TimedText key={index} text={part} now={now} />;
  });
}
