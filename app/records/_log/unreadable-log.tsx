/** Shown where the log can't be read: that is never an empty log. */
export function UnreadableLog() {
  return (
    <main className="log">
      <p className="banner" role="alert">
        <span>The log cannot be read now. What was written is not lost by that; the product’s own log says why.</span>
      </p>
      <p>
        <a href="/">← Status page</a>
      </p>
    </main>
  );
}
