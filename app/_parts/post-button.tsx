import type { ReactNode } from 'react';

type Properties = { readonly action: string; readonly name: string; readonly label: string; readonly children?: ReactNode };

/** A button that sends its form at once. `label` says of what, for screen readers; `children` are hidden fields. */
export function PostButton({ action, name, label, children }: Properties) {
  return (
    <form method="post" action={action}>
      {children}
      <button type="submit" aria-label={label}>
        {name}
      </button>
    </form>
  );
}
