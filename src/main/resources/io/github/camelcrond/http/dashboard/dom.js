// Small helpers: elements, times, dialogs. Text goes in as text, never as HTML.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: el('a.class', {href: '#'}, 'text', child …); attributes that are functions are listeners. */
export function el(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split('.');
  return fill(document.createElement(tag || 'div'), classes, attributes, children);
}

/** The same for SVG. */
export function svg(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split('.');
  return fill(document.createElementNS(SVG, tag), classes, attributes, children);
}

function fill(element, classes, attributes, children) {
  if (classes.length) element.setAttribute('class', classes.join(' '));
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export const $ = (id) => document.getElementById(id);

/** 0.04 s, 3.2 s, 2 min 5 s, 3 h 4 min. */
export function duration(seconds) {
  if (seconds === undefined || seconds === null) return '–';
  if (seconds < 10) return `${seconds < 0.1 ? seconds.toFixed(3) : seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** 5 s ago, in 3 min. */
export function relative(instant, now = Date.now()) {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  const size = Math.abs(seconds);
  const text = size < 60 ? `${size} s` : size < 3600 ? `${Math.floor(size / 60)} min`
    : size < 86400 ? `${Math.floor(size / 3600)} h ${Math.floor((size % 3600) / 60)} min` : `${Math.floor(size / 86400)} d`;
  return seconds > 0 ? `in ${text}` : size === 0 ? 'now' : `${text} ago`;
}

/** The same of what is still to come, for a moment also when it should have come. */
export function until(instant) {
  const text = relative(instant);
  return text.endsWith(' ago') ? 'now' : text;
}

/** Lets the times go on that stand in the page: data-relative what was, data-until what comes. */
export function tick() {
  for (const part of document.querySelectorAll('[data-relative],[data-until]')) {
    const {relative: was, until: comes} = part.dataset;
    const text = comes ? until(comes) : relative(was);
    if (part.textContent !== text) part.textContent = text;
  }
}

const CLOCK = new Intl.DateTimeFormat([], {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const CLOCK_SECONDS = new Intl.DateTimeFormat([], {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const DAY = new Intl.DateTimeFormat([], {weekday: 'short', day: '2-digit', month: 'short'});
const FULL = new Intl.DateTimeFormat([], {dateStyle: 'full', timeStyle: 'long'});

/** The time of day, with the day if it is not today; in the browser's zone. */
export function clock(instant, seconds = false) {
  const date = new Date(instant);
  const text = (seconds ? CLOCK_SECONDS : CLOCK).format(date);
  return date.toDateString() === new Date().toDateString() ? text : `${DAY.format(date)} ${text}`;
}

/** The time of day alone, while that tells it from all others; in the browser's zone. */
export function soon(instant) {
  return new Date(instant).getTime() - Date.now() < 86_400_000 ? CLOCK_SECONDS.format(new Date(instant)) : clock(instant);
}

export const full = (instant) => FULL.format(new Date(instant));

const WALL_DAY = new Intl.DateTimeFormat([], {weekday: 'short', day: '2-digit', month: 'short', timeZone: 'UTC'});
const WALL_DATE = new Intl.DateTimeFormat([], {day: '2-digit', month: 'short', timeZone: 'UTC'});

/** 2026-03-29T03:00:00+02:00 as it stands on the wall there: Sun 29 Mar 03:00. */
export function wall(offsetInstant) {
  return `${WALL_DAY.format(new Date(`${offsetInstant.slice(0, 19)}Z`))} ${wallTime(offsetInstant)}`;
}

/** The time of day alone: 03:00, or 03:00:05. */
export function wallTime(offsetInstant) {
  const time = offsetInstant.slice(11, 19);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

/** The date alone: 29 Mar. */
export function wallDate(offsetInstant) {
  return WALL_DATE.format(new Date(`${offsetInstant.slice(0, 19)}Z`));
}

export function pill(outcome) {
  return el(`span.pill.${outcome}`, {}, outcome.replace('-', ' '));
}

/** Says something for a few seconds. */
export function toast(text, bad = false) {
  const note = el(bad ? 'div.toast.bad' : 'div.toast', {}, text);
  $('toasts').append(note);
  setTimeout(() => note.remove(), bad ? 8000 : 4000);
}

/** Asks a question; resolves to whether it was answered with yes. */
export function confirm(question, yes) {
  return new Promise((resolve) => {
    const dialog = el('dialog', {'aria-label': question},
      el('p', {}, question),
      el('div.row', {},
        el('button', {type: 'button', click: () => dialog.close('no')}, 'Cancel'),
        el('button.primary', {type: 'button', click: () => dialog.close('yes')}, yes)));
    dialog.addEventListener('close', () => { dialog.remove(); resolve(dialog.returnValue === 'yes'); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Replaces the children of an element. */
export function show(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
}
