/* What the control page is made of. */
export const byId = (id) => document.getElementById(id);

export function time(at) {
  const text = new Date(at).toUTCString();
  return `${text.slice(5, 11)}, ${text.slice(17, 22)}Z`;
}

export function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function link(href, text) {
  const made = element('a', text);
  made.href = href;
  made.target = '_blank';
  made.rel = 'noreferrer';
  return made;
}

export function say(text) {
  if (byId('said').textContent !== text) byId('said').textContent = text;
}

/** Draws the page again; set by it. */
let refresh = async () => {};

export function refreshBy(draw) {
  refresh = draw;
}

export async function push(path) {
  const answer = await fetch(path, { method: 'POST' }).catch(() => null);
  await refresh();
  return answer?.ok ? answer.text() : 'That did not work; the demo’s terminal says why.';
}

export function button(label, note, act) {
  const made = element('button');
  made.type = 'button';
  made.append(element('strong', label));
  if (note) made.append(element('span', note, 'soft'));
  made.onclick = async () => {
    made.disabled = true;
    await act();
    made.disabled = false;
  };
  return made;
}
