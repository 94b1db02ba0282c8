import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import './page.css';
import './cards.css';
import './shell.css';
import './paper.css';

export const metadata: Metadata = { title: 'Restorewatch', description: 'Can we restore?', robots: { index: false, follow: false } };
export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
