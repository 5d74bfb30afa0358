// Makes the pages live: reads the shown page again and changes in place what differs. Actions open in a dialog. All of it is for
// convenience: without scripts, each page is a page, and each action a form.
import { Idiomorph } from './idiomorph.js';

const dialog = document.getElementById('dialog');
const say = (text) => {
  document.getElementById('status').textContent = text;
};

/** Reads a page of this server. */
async function load(url, options) {
  const response = await fetch(url, { cache: 'no-store', redirect: 'follow', ...options });
  return { response, page: new DOMParser().parseFromString(await response.text(), 'text/html') };
}

/** What a person has opened, typed or chosen stays, and what only scripts show. */
const kept = { open: 'details,dialog', hidden: '.copy,#theme', value: 'input,textarea', selected: 'option' };
const beforeAttributeUpdated = (name, node) => !(name in kept && node.matches(kept[name]));
function beforeNodeMorphed(old, next) {
  if (old.id === 'dialog' || old.id === 'status' || old.id === 'theme') return false;
  // A form that is being filled in.
  if (old.nodeType === Node.ELEMENT_NODE && old.matches('form') && old.contains(document.activeElement)) return false;
  return !(old.isEqualNode?.(next) ?? false);
}
const change = (page) => {
  Idiomorph.morph(document.body, page.body, {
    callbacks: { beforeAttributeUpdated, beforeNodeMorphed },
  });
  document.title = page.title;
  dress();
};

/** What only scripts can do. */
function dress() {
  for (const button of document.querySelectorAll('.copy')) button.hidden = false;
  document.getElementById('theme').hidden = false;
}

let timer;
function later() {
  clearTimeout(timer);
  const every = Number(document.body.dataset.every);
  if (every > 0) timer = setTimeout(refresh, every);
}
const isReading = () => document.hidden || !(getSelection()?.isCollapsed ?? true);
async function refresh() {
  try {
    if (!isReading()) {
      const { response, page } = await load(location.href);
      document.body.classList.toggle('lost', !response.ok);
      if (response.ok && !isReading()) change(page);
    }
  } catch {
    document.body.classList.add('lost');
    say('The console has ended, or cannot be reached.');
  }
  later();
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void refresh();
});

const root = document.documentElement;
const isDark = () =>
  root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme:dark)').matches;
const theme = document.getElementById('theme');
theme.setAttribute('aria-pressed', String(isDark()));
theme.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  theme.setAttribute('aria-pressed', String(isDark()));
  try {
    localStorage.setItem('theme', root.dataset.theme);
  } catch {
    // It holds for this page.
  }
});

/** An action, or what came of it, in the dialog. */
function show(page) {
  const section = page.querySelector('.act-form');
  if (!section) return;
  dialog.replaceChildren(section);
  if (!dialog.open) dialog.showModal();
  dress();
  (dialog.querySelector('input:not([type=hidden]),textarea') ?? dialog.querySelector('h1')).focus();
}

async function onClick(event) {
  const copy = event.target.closest('.copy');
  if (copy) {
    await navigator.clipboard?.writeText(copy.parentElement.querySelector('code').textContent);
    say('Copied');
    return;
  }
  if (event.target.closest('dialog .cancel,dialog .close')) {
    event.preventDefault();
    dialog.close();
    void refresh();
    return;
  }
  const act = event.target.closest('a.act');
  if (!act || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show((await load(act.href)).page);
}
document.addEventListener('click', (event) => void onClick(event));

async function onSubmit(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector('button:not(.copy)');
  button.disabled = true;
  try {
    show((await load(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) })).page);
  } catch {
    say('The console cannot be reached; look whether the action was done.');
    button.disabled = false;
  }
}
dialog.addEventListener('submit', (event) => void onSubmit(event));

// The command, and what it would do, as the fields are now.
let typed;
document.addEventListener('input', (event) => {
  const form = event.target.closest('.act-form form');
  if (!form) return;
  clearTimeout(typed);
  typed = setTimeout(async () => {
    const { page } = await load(`act?${new URLSearchParams(new FormData(form))}`);
    const [now, next] = [form.querySelector('#preview'), page.getElementById('preview')];
    if (now && next) now.replaceChildren(...next.childNodes);
    dress();
  }, 250);
});

dress();
// Now is at the right edge.
for (const box of document.querySelectorAll('.chart .scrolls')) box.scrollLeft = box.scrollWidth;
later();
