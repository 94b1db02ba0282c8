/** Shown if the log cannot be read, so that it does not look empty. */
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
