import type { PageModel } from '../../lib/render/page-model.ts';
import { TimedText } from './moment.tsx';

type Properties = { readonly lines: PageModel['elsewhere']; readonly now: string };

/** What other pages say in full, in a line each. */
export function Elsewhere({ lines, now }: Properties) {
  return (
    <section aria-labelledby="elsewhere">
      <h2 id="elsewhere">On other pages</h2>
      <ul className="elsewhere">
        {lines.map(({ path, name, text, isTrouble }) => (
          <li key={path}>
            <a href={path}>{name}</a>{' '}
            <span className={isTrouble ? 'trouble' : undefined}>
              <TimedText text={text} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
