import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { SignedInLine } from './signed-in-line.tsx';
import { orLogged } from './log.ts';
import './page.css';
import './cards.css';
import './shell.css';
import './paper.css';
import { whoLooks } from './viewer.ts';

export const metadata: Metadata = { title: 'Restorewatch', description: 'Can we restore?', robots: { index: false, follow: false } };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  // Not inside the try block: at build time this throws, which tells Next that the page depends on the request.
  const sent = await headers();
  const who = await orLogged('who is signed in', () => whoLooks(sent));
  return (
    <html lang="en">
      <body>
        {children}
        {who !== null && <SignedInLine user={who.user} role={who.role} />}
      </body>
    </html>
  );
}
