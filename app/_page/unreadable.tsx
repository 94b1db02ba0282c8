/** Shown where the recorded state can't be read: nothing is known then, and the page says so. */
export function Unreadable() {
  return (
    <main>
      <p className="banner" role="alert">
        <span>The recorded state cannot be read, so nothing here is known. The log says why; the checks tell PagerDuty by themselves.</span>
      </p>
      <section className="headline" data-tone="unknown">
        <h1>Whether we can restore is unknown</h1>
      </section>
    </main>
  );
}
