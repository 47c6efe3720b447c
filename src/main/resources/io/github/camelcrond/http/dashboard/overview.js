// All jobs at a glance, and what comes in the next 24 hours.
import {el, show, pill, relative, until, soon, clock, full, wall, wallTime, duration, toast} from './dom.js';
import {getIfChanged, get, post} from './api.js';
import {spark, ahead} from './charts.js';

const EVERY = 2_000;
const EVERY_AHEAD = 60_000;
const ROWS_AT_ONCE = 60;
const FAILURES = ['failed', 'timed-out', 'not-started'];

const FILTERS = {
  running: (job) => job.running.length > 0,
  failed: (job) => job.last && FAILURES.includes(job.last.outcome),
  paused: (job) => job.paused,
};
const ORDERS = {
  line: (a, b) => a.line - b.line,
  next: (a, b) => time(a.next) - time(b.next),
  last: (a, b) => time(b.last?.ended, 0) - time(a.last?.ended, 0),
  name: (a, b) => a.id.localeCompare(b.id),
};

function time(instant, missing = Infinity) {
  return instant ? new Date(instant).getTime() : missing;
}

export function open(main, frame) {
  const page = new Overview(frame);
  main.append(...page.parts);
  page.begin();
  return page;
}

class Overview {
  constructor(frame) {
    this.frame = frame;
    this.jobs = null;
    this.etag = null;
    this.rows = new Map();
    this.filter = null;
    this.tiles = el('div.tiles');
    this.aheadCard = el('section.card', {'aria-label': 'Next 24 hours', hidden: true});
    this.next = el('ol', {'aria-label': 'Next jobs'});
    this.search = el('input', {type: 'search', placeholder: 'Find a job', 'aria-label': 'Find a job', input: () => this.render()});
    this.order = el('select', {'aria-label': 'Order', change: () => this.render()},
      el('option', {value: 'line'}, 'Crontab order'), el('option', {value: 'next'}, 'Next run'),
      el('option', {value: 'last'}, 'Last run'), el('option', {value: 'name'}, 'Name'));
    this.count = el('span.dim.small', {role: 'status'});
    this.body = el('div', {role: 'rowgroup'});
    this.head = el('div.head', {role: 'row'}, ['Job', 'Schedule', 'Last runs', 'Last', 'Next', ''].map((name) =>
      el('span', {role: 'columnheader'}, name || el('span.vh', {}, 'Actions'))));
    this.list = el('div.jobs', {role: 'table', 'aria-label': 'Jobs', 'aria-busy': 'true'}, el('div', {role: 'rowgroup'}, this.head), this.body);
    this.parts = [el('h1.vh', {}, 'Jobs'), this.tiles, this.aheadCard,
      el('section.card', {'aria-label': 'Jobs'}, el('header', {}, el('h2', {}, 'Jobs'), this.count, el('span.grow'), this.order, this.search), this.list)];
  }

  begin() {
    this.load();
    this.loadAhead();
    this.timers = [setInterval(() => this.load(), EVERY), setInterval(() => this.loadAhead(), EVERY_AHEAD)];
    this.resized = () => this.renderAhead();
    window.addEventListener('resize', this.resized);
  }

  close() {
    this.timers.forEach(clearInterval);
    cancelAnimationFrame(this.filling);
    window.removeEventListener('resize', this.resized);
  }

  async load() {
    if (this.loading || document.hidden) return;
    this.loading = true;
    const found = await this.frame.run(() => getIfChanged('/jobs', this.etag));
    this.loading = false;
    if (!found) return;
    const count = this.jobs?.length;
    ({json: this.jobs, etag: this.etag} = found);
    this.render();
    if (count !== undefined && count !== this.jobs.length) this.loadAhead();
    if (count === undefined) {
      this.list.removeAttribute('aria-busy');
      performance.mark('jobs-shown');
    }
  }

  async loadAhead() {
    if (document.hidden) return;
    this.upcoming = await this.frame.run(() => get('/upcoming?hours=24&limit=1')) || this.upcoming;
    this.renderAhead();
  }

  renderAhead() {
    const {upcoming} = this;
    this.aheadCard.hidden = !upcoming || !upcoming.firings.length;
    if (this.aheadCard.hidden) return;
    const firings = upcoming.slots.reduce((sum, slot) => sum + slot.firings, 0);
    const often = upcoming.slots.some((slot) => slot.jobs > slot.seldom);
    const width = Math.max(280, this.tiles.clientWidth - (window.innerWidth > 720 ? 284 : 34));
    show(this.aheadCard, el('header', {}, el('h2', {}, 'Next 24 hours'), el('span.dim.small', {}, `${firings.toLocaleString()} firing${firings === 1 ? '' : 's'}; number of jobs per quarter hour`), el('span.grow'),
      often ? el('span.key.dim.small', {}, el('i.slot'), 'occasional', el('i.slot.often'), 'more than every half hour') : null),
    el('div.ahead', {}, el('div.chart', {}, ahead(upcoming, width)), this.next));
  }

  renderNext() {
    show(this.next, this.jobs.filter((job) => job.next && !job.paused).sort(ORDERS.next).slice(0, 5).map((job) => el('li', {},
      el('a', {href: `#/jobs/${encodeURIComponent(job.id)}`}, job.id), el('time', {title: full(job.next), datetime: job.next}, soon(job.next)))));
  }

  render() {
    if (!this.jobs) return;
    this.renderTiles();
    this.renderNext();
    const words = this.search.value.trim().toLowerCase();
    const shown = this.jobs
      .filter((job) => !this.filter || FILTERS[this.filter](job))
      .filter((job) => !words || `${job.id} ${job.schedule} ${job.command} ${job.user}`.toLowerCase().includes(words))
      .sort(ORDERS[this.order.value]);
    this.count.textContent = shown.length === this.jobs.length ? `${shown.length}` : `${shown.length} of ${this.jobs.length}`;
    if (!shown.length) {
      cancelAnimationFrame(this.filling);
      show(this.body, this.empty());
      this.head.hidden = true;
      return;
    }
    this.head.hidden = false;
    this.fill(shown);
    const ids = new Set(this.jobs.map((job) => job.id));
    for (const id of this.rows.keys()) if (!ids.has(id)) this.rows.delete(id);
  }

  /** So many rows at a time that nobody waits for those far below. */
  fill(shown) {
    cancelAnimationFrame(this.filling);
    const present = this.body.children;
    const some = (from) => {
      const to = Math.min(shown.length, from + ROWS_AT_ONCE);
      for (let i = from; i < to; i++) {
        const row = this.row(shown[i]);
        if (present[i] !== row) this.body.insertBefore(row, present[i] || null);
      }
      if (to < shown.length) this.filling = requestAnimationFrame(() => some(to));
    };
    const kept = new Set(shown.map((job) => this.rows.get(job.id)?.row));
    for (const row of [...present]) if (!kept.has(row)) row.remove();
    some(0);
  }

  empty() {
    return this.jobs.length
      ? el('div.empty', {}, el('strong', {}, 'No matching jobs'), 'Change the search text or the filter.')
      : el('div.empty', {}, el('strong', {}, 'No jobs yet'), 'The crontab contains no jobs. ', el('a', {href: '#/crontab'}, 'Edit the crontab'));
  }

  renderTiles() {
    const next = this.jobs.filter((job) => job.next && !job.paused).sort(ORDERS.next)[0];
    const running = this.jobs.reduce((sum, job) => sum + job.running.length, 0);
    const count = (name) => this.jobs.filter(FILTERS[name]).length;
    const failed = count('failed');
    const tiles = [
      this.tile('running', running ? 'run' : '', running, running === 1 ? 'run in progress' : 'runs in progress'),
      this.tile('failed', failed ? 'bad' : '', failed, failed === 1 ? 'job failed in its last run' : 'jobs failed in their last run'),
      this.tile('paused', '', count('paused'), 'paused'),
      next ? el('a.tile', {href: `#/jobs/${encodeURIComponent(next.id)}`}, el('span.n', {'data-until': next.next}, until(next.next)), el('span.l', {}, `next: ${next.id}`))
        : el('div.tile', {}, el('span.n', {}, '–'), el('span.l', {}, 'no upcoming runs')),
    ];
    // What has the focus stays.
    const focused = [...this.tiles.children].indexOf(document.activeElement);
    show(this.tiles, tiles);
    if (focused >= 0) this.tiles.children[focused].focus();
  }

  tile(name, kind, number, label) {
    return el(`button.tile${kind ? `.${kind}` : ''}`, {type: 'button', 'aria-pressed': String(this.filter === name),
      click: () => { this.filter = this.filter === name ? null : name; this.render(); }},
    el('span.n', {}, String(number)), el('span.l', {}, label));
  }

  /** The row of a job; made anew only if the job has changed. */
  row(job) {
    const text = JSON.stringify(job);
    const known = this.rows.get(job.id);
    if (known?.text === text) return known.row;
    const row = this.draw(job);
    if (known?.row.contains(document.activeElement)) {
      const at = [...known.row.querySelectorAll('a,button')].indexOf(document.activeElement);
      known.row.replaceWith(row);
      row.querySelectorAll('a,button')[at]?.focus();
    } else {
      known?.row.replaceWith(row);
    }
    this.rows.set(job.id, {text, row});
    return row;
  }

  draw(job) {
    const link = `#/jobs/${encodeURIComponent(job.id)}`;
    return el(job.paused ? 'div.job.is-paused' : 'div.job', {role: 'row'},
      el('div.name', {role: 'cell'}, el('a.clip', {href: link}, job.id), el('code.clip.dim.small', {title: job.command}, job.command)),
      el('div.plan', {role: 'cell'}, el('code.clip', {title: job.schedule}, job.schedule), el('span.clip.dim.small', {}, job.zone)),
      el('div.spark', {role: 'cell'}, spark(job.recent)),
      el('div.last', {role: 'cell'}, this.last(job)),
      el('div.when', {role: 'cell'}, job.paused ? pill('paused') : this.when(job)),
      el('div.acts', {role: 'cell'},
        el('button', {type: 'button', 'aria-label': `Run ${job.id} now`, click: () => this.runNow(job)}, 'Run'),
        el('button', {type: 'button', 'aria-label': `${job.paused ? 'Resume' : 'Pause'} ${job.id}`, click: () => this.pause(job)}, job.paused ? 'Resume' : 'Pause')));
  }

  last(job) {
    if (job.running.length) {
      const run = job.running[job.running.length - 1];
      return [pill(run.outcome), el('span.clip.dim.small', {'data-since': run.started || run.scheduled}, 'since ', clock(run.started || run.scheduled, true))];
    }
    if (!job.last) return el('span.dim', {}, 'never run');
    return [pill(job.last.outcome), el('span.clip.dim.small', {title: full(job.last.ended)},
      el('span', {'data-relative': job.last.ended}, relative(job.last.ended)), job.last.duration === undefined ? '' : `, ${duration(job.last.duration)}`)];
  }

  when(job) {
    if (!job.next) return el('span.dim', {}, /@reboot$/i.test(job.schedule) ? 'at start' : 'never');
    return [el('span.clip', {'data-until': job.next}, until(job.next)), el('span.clip.dim.small', {title: `${full(job.next)} here`}, time(job.next) - Date.now() < 43_200_000 ? wallTime(job.next) : wall(job.next))];
  }

  async runNow(job) {
    const answer = await this.frame.run(() => post(`/jobs/${encodeURIComponent(job.id)}/run`));
    if (answer) toast(`${job.id} started`);
    this.load();
  }

  async pause(job) {
    const answer = await this.frame.run(() => post(`/jobs/${encodeURIComponent(job.id)}/${job.paused ? 'resume' : 'pause'}`));
    if (answer) toast(`${job.id} ${answer.paused ? 'paused' : 'resumed'}`);
    this.load();
  }
}
