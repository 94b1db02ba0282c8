export default function NotFound() {
  return (
    <main>
      <h1>There is no such page</h1>
      <p>
        <a href="/">Can we restore?</a>
      </p>
    </main>
  );
}
