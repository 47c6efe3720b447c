// The frame: signing in, pages by the address's fragment, light and dark, lost connection.
import {$, el, show, toast, tick} from './dom.js';
import {token, get, health, Failure} from './api.js';
import * as overview from './overview.js';
import * as job from './job.js';
import * as crontab from './crontab.js';

const HEALTH_EVERY = 10_000;
let current = null;

const PAGES = [
  [/^#\/jobs\/(.+)$/, job, 'overview'],
  [/^#\/crontab$/, crontab, 'crontab'],
  [/^/, overview, 'overview'],
];

/** What pages get: run(promise) tells what failed; lost and back mind the connection. */
const frame = {
  async run(work) {
    try {
      const result = await work();
      frame.back();
      return result;
    } catch (failure) {
      frame.failed(failure);
      return undefined;
    }
  },
  failed(failure) {
    if (failure.name === 'AbortError') return;
    if (failure instanceof Failure && failure.status === 401) signIn('The token is no longer valid.');
    else if (failure instanceof Failure) toast(failure.message, true);
    else frame.lost();
  },
  lost() {
    $('banner').textContent = 'No connection to the daemon. This page may be out of date. Reconnecting …';
    $('banner').hidden = false;
    noAnswer();
  },
  back() {
    if (!$('banner').hidden) showHealth();
    $('banner').hidden = true;
  },
};

function open() {
  if (!token.get()) return signIn();
  const [pattern, page, name] = PAGES.find(([p]) => p.test(location.hash));
  const argument = pattern.exec(location.hash)[1];
  current?.close();
  for (const link of $('nav').children) {
    if (link.dataset.page === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  $('nav').hidden = false;
  $('sign-out').hidden = false;
  show($('main'));
  window.scrollTo(0, 0);
  current = page.open($('main'), frame, argument && decodeURIComponent(argument));
}

function signIn(reason = '') {
  current?.close();
  current = null;
  token.forget();
  $('nav').hidden = true;
  $('sign-out').hidden = true;
  frame.back();
  const input = el('input', {id: 'token', type: 'password', autocomplete: 'current-password', required: true, 'aria-describedby': 'token-error'});
  const error = el('p.error.small', {id: 'token-error', role: 'alert'}, reason);
  const form = el('form', {submit: (event) => { event.preventDefault(); tryToken(input, error); }},
    el('input', {name: 'username', autocomplete: 'username', value: 'camel-crond', hidden: true}),
    el('label', {for: 'token'}, 'Token'), input, error,
    el('div', {}, el('button.primary', {type: 'submit'}, 'Sign in')));
  show($('main'), el('section.card.sign-in', {},
    el('h1', {}, 'Sign in'),
    el('p.dim', {}, 'The token is the value of ', el('code', {}, 'crond.http.token'), '. If that is not set, the daemon has created one in the file ', el('code', {}, 'http-token'), ' of its store directory.'),
    form));
  input.focus();
}

async function tryToken(input, error) {
  token.set(input.value.trim());
  try {
    await get('/jobs');
    open();
  } catch (failure) {
    token.forget();
    error.textContent = failure instanceof Failure && failure.status === 401 ? 'Invalid token.'
      : failure instanceof Failure ? failure.message : 'The daemon is not responding.';
    input.select();
  }
}

let checks = [];

async function showHealth() {
  try {
    const found = await health();
    checks = found.checks || [];
    mark(found.status === 'UP' ? 'healthy' : 'unhealthy', found.status === 'UP');
  } catch {
    noAnswer();
  }
}

function noAnswer() {
  mark('not responding', false);
}

function mark(text, up) {
  const button = $('health');
  if (button.textContent === text) return;
  button.textContent = text;
  button.className = `pill ${up ? 'up' : 'down'}`;
}

/** What was checked, the bad first. */
async function explainHealth() {
  await showHealth();
  const down = (check) => check.status !== 'UP';
  const dialog = el('dialog.checks', {'aria-labelledby': 'checks'},
    el('h2', {id: 'checks'}, 'Health'),
    el('dl', {}, [...checks].sort((a, b) => down(b) - down(a)).map((check) => el('div', {},
      el('dt', {}, el(`span.pill.${down(check) ? 'down' : 'up'}`, {}, check.name)), el('dd', {}, check.message || check.status.toLowerCase())))),
    el('div.row', {}, el('button', {type: 'button', click: () => dialog.close()}, 'Close')));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function theme(wanted) {
  document.documentElement.dataset.theme = wanted;
}

function startTheme() {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => theme(localStorage.getItem('camel-crond-theme') || (dark.matches ? 'dark' : 'light'));
  dark.addEventListener('change', apply);
  $('theme').addEventListener('click', () => {
    localStorage.setItem('camel-crond-theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
    apply();
  });
  apply();
}

/** A link that the daemon printed carries the token behind the #, which no server ever sees; it is taken out at once. */
function takeToken() {
  const given = /^#token=(.+)$/.exec(location.hash);
  if (given) {
    token.set(decodeURIComponent(given[1]));
    history.replaceState(null, '', '/#/');
  }
}

startTheme();
takeToken();
$('sign-out').addEventListener('click', () => { signIn(); crontab.forget(); });
$('health').addEventListener('click', explainHealth);
document.querySelector('.skip').addEventListener('click', (event) => { event.preventDefault(); $('main').focus(); });
window.addEventListener('hashchange', () => { takeToken(); open(); });
open();
showHealth();
setInterval(showHealth, HEALTH_EVERY);
setInterval(tick, 1000);
