/* The control page: reads /state every second and draws what has changed. */
import { button, byId, element, link, push, refreshBy, say, time } from './elements.js';
import { mailItem, phoneItem, phoneItems, slackItem } from './messages.js';
/** What is drawn already. Nothing that has not changed is drawn anew, so that focus and open messages stay. */
const drawn = new Map();
const CLICKABLE = 'button, a, summary';

function show(id, value, draw) {
  const text = JSON.stringify(value);
  if (drawn.get(id) === text) return;
  drawn.set(id, text);
  const place = byId(id);
  const focused = [...place.querySelectorAll(CLICKABLE)].indexOf(document.activeElement);
  const list = draw();
  place.replaceChildren(...(list.length > 0 ? list : [element('li', 'Nothing yet.', 'soft')]));
  if (focused >= 0) place.querySelectorAll(CLICKABLE)[focused]?.focus();
}

function breakButton({ id, label, expect, broken }) {
  const made = button(label, expect, async () => {
    say('Checking …');
    await push(`/${broken ? 'mend' : 'break'}/${id}`);
    say(broken ? `Mended: ${label}.` : `${label}. ${expect}`);
  });
  made.setAttribute('aria-pressed', String(broken));
  return made;
}

function pushButton({ id, label }) {
  return button(label, '', async () => {
    say('Time passes, with every check at its hour …');
    say(await push(`/later/${id}`));
  });
}

const LEADS = {
  look: [['page', 'The status page']],
  acknowledge: [['page', 'The status page']],
  after: [
    ['incidents', 'Incidents and their timeline'],
    ['cluster', 'The page of orders'],
    ['checklist', 'The checklist'],
  ],
};

function stepItem({ id, title, how, done }, next, visited) {
  const made = element('li');
  made.dataset.state = done ? 'done' : id === next ? 'next' : 'later';
  made.append(element('strong', title), ' ', element('span', done ? '✓ done' : id === next ? 'next' : '', done ? 'tick' : 'soft'));
  made.append(element('p', how, 'soft'));
  for (const [place, words] of LEADS[id] ?? []) {
    const line = element('p');
    line.append(link(`/go/${place}`, words), id === 'after' && visited.includes(place) ? ' ✓' : '');
    made.append(line);
  }
  return made;
}

function restoreButtons(restore) {
  if (restore === null) return [element('p', 'No restore test can be begun here.', 'soft')];
  const where = restore.isEmulated
    ? 'against a small emulated server: it shows the steps, and proves nothing about MongoDB'
    : 'and read on a real MongoDB';
  const note = `The latest snapshot goes into a sandbox, ${where}. Half a minute; then see “Restore tests” on the status page.`;
  return [button('Begin a restore test of orders', note, async () => say(await push('/restore')))];
}

function lastInWords({ at, answer }) {
  try {
    const { clusters, findings, transitions } = JSON.parse(answer.slice(4));
    const counts = Object.entries(findings).map(([verdict, count]) => `${count} ${verdict}`);
    return `Last check at ${time(at)}: ${clusters} clusters; ${counts.join(', ')}; ${transitions} changes.`;
  } catch {
    return `Last check at ${time(at)}: ${answer.slice(0, 200)}`;
  }
}

function aheadInWords(ahead) {
  const hours = Math.round(ahead / 3_600_000);
  if (ahead < 60_000) return '';
  return hours < 1
    ? '(some minutes ahead)'
    : hours < 48
      ? `(${hours} h ahead of this machine)`
      : `(${Math.round(hours / 24)} days ahead of this machine)`;
}

/** What leaves this machine: nothing, but for a MongoDB that may be elsewhere. */
function placeInWords(restore) {
  const nothing = 'Nothing leaves this machine.';
  if (restore === null) return nothing;
  return restore.isEmulated
    ? `${nothing} Restore tests go against an emulated server, and prove nothing about MongoDB.`
    : 'Restore tests write into the MongoDB at hand; nothing else leaves this machine.';
}

function drawFixed({ accounts, restore, pushes }) {
  show('accounts', accounts, () =>
    accounts.flatMap(({ name, password, role }, index) => [
      index > 0 ? ', or ' : '',
      element('code', name),
      ' with ',
      element('code', password),
      ` (${role})`,
    ]),
  );
  show('pushes', pushes, () => pushes.map(pushButton));
  show('restore', restore, () => restoreButtons(restore));
  byId('emulated').textContent = placeInWords(restore);
}

/** How far a push of the clock has come. */
function drawPassing(pushing) {
  byId('passing').hidden = pushing === null;
  for (const made of byId('pushes').querySelectorAll('button')) made.disabled = pushing !== null;
  if (pushing === null) return;
  byId('progress').max = Math.max(1, pushing.checks);
  byId('progress').value = pushing.checked;
  byId('checked').textContent = `${pushing.checked} of ${pushing.checks} hourly checks have run`;
}

async function refresh() {
  const state = await fetch('/state')
    .then((answer) => answer.json())
    .catch(() => null);
  if (state === null) {
    say('The demo has ended; `npm run demo` begins a new one.');
    return;
  }
  byId('now').textContent = time(state.now);
  byId('now').dateTime = new Date(state.now).toISOString();
  byId('ahead').textContent = state.pushing === null ? aheadInWords(state.ahead) : `(on its way to ${time(state.pushing.until)})`;
  drawPassing(state.pushing);
  drawFixed(state);
  if (state.lastCheck) byId('last').textContent = lastInWords(state.lastCheck);
  const next = state.steps.find(({ done }) => !done)?.id;
  show('steps', [state.steps, state.visited], () => state.steps.map((step) => stepItem(step, next, state.visited)));
  show('breaks', state.breaks, () => state.breaks.map(breakButton));
  const phone = phoneItems(state);
  show('phone', phone, () => phone.map(phoneItem));
  show('slack', state.slack, () => state.slack.map(slackItem));
  show('mails', state.mails, () => state.mails.map(mailItem));
}

refreshBy(refresh);
void refresh();
setInterval(refresh, 1_000);
