import type { PageModel } from '../../lib/page-model.ts';

/** What makes the rest of the page doubtful, above all of it. */
export function Banners({ banners, generatedAt }: Pick<PageModel, 'banners'> & { readonly generatedAt: string }) {
  return (
    <>
      {banners.map(({ kind, text }) => (
        <p key={`${kind} ${text}`} className="banner" data-kind={kind} role="alert">
          <span>{text}</span>
        </p>
      ))}
      <p key={generatedAt} className="banner aged">
        <span>
          This copy of the page is more than ten minutes old. <a href="">Load it again.</a>
        </span>
      </p>
    </>
  );
}
