import { TextField } from '../../_page/text-field.tsx';

/** Several clusters or namespaces. */
const MOST = 2_000;

/** Registers an erasure that was done. */
export function ErasureForm() {
  return (
    <details>
      <summary>Register an erasure</summary>
      <form method="post" action="/api/erasures" className="fields">
        <TextField name="reference" label="Your ticket (PRIV-123)" required />
        <TextField name="project" label="Project, where several have such a cluster" />
        <TextField name="clusters" label="Clusters, separated by commas" required most={MOST} />
        <TextField name="namespaces" label="Namespaces (shop.users), separated by commas" most={MOST} />
        <TextField name="at" label="When it was done (2026-11-30T08:00:00Z), now if empty" />
        <button type="submit">Register</button>
        <p className="soft">
          No name, mail address or telephone number: this log cannot be erased. The record says when the last backup that holds it expires.
        </p>
      </form>
    </details>
  );
}
