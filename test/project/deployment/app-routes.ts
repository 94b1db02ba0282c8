import { filesNamed } from '../documents.ts';

/** The addresses of all pages and routes, as Next names them: "/api/incidents/[id]/notes". */
export function appRoutes(): readonly string[] {
  return filesNamed('app/**/route.ts', 'app/route.ts', 'app/**/page.tsx', 'app/page.tsx').map(
    (file) => file.replace(/^app(.*)\/(?:route\.ts|page\.tsx)$/, '$1') || '/',
  );
}
