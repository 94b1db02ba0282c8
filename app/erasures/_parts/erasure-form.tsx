/** Registers an erasure that was done. */
export function ErasureForm() {
  return (
    <details>
      <summary>Register an erasure</summary>
      <form method="post" action="/api/erasures" className="fields">
        <Field name="reference" label="Your ticket (PRIV-123)" required />
        <Field name="project" label="Project, where several have such a cluster" />
        <Field name="clusters" label="Clusters, separated by commas" required />
        <Field name="namespaces" label="Namespaces (shop.users), separated by commas" />
        <Field name="at" label="When it was done (2026-11-30T08:00:00Z), now if empty" />
        <button type="submit">Register</button>
        <p className="soft">
          No name, mail address or telephone number: this log cannot be erased. The record says when the last backup that holds it expires.
        </p>
      </form>
    </details>
  );
}

function Field({ name, label, required = false }: { readonly name: string; readonly label: string; readonly required?: boolean }) {
  return (
    <label>
      {label}
      <input type="text" name={name} required={required} maxLength={2000} autoComplete="off" />
    </label>
  );
}
