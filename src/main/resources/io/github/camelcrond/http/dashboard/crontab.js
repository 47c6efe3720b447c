// The crontab: edited with a check as you type, and brought back from its versions.
import {el, show, wall, wallDate, wallTime, toast, confirm, clock, full} from './dom.js';
import {get, post, put, Failure} from './api.js';
import {lines as compare} from './diff.js';

const PAUSE = 250;

export function open(main, frame) {
  const page = new CrontabPage(main, frame);
  page.begin();
  return page;
}

class CrontabPage {
  constructor(main, frame) {
    Object.assign(this, {main, frame, saved: '', digest: '', found: {jobs: [], errors: [], warnings: []}, checks: 0});
    this.gutter = el('div.gutter', {'aria-hidden': 'true'});
    this.back = el('pre', {'aria-hidden': 'true'});
    this.area = el('textarea', {id: 'crontab', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off', 'aria-label': 'Crontab', 'aria-describedby': 'problems',
      input: () => this.edited(), scroll: () => this.align(), keydown: (event) => this.key(event)});
    this.instants = el('div.instants', {'aria-hidden': 'true'});
    this.problems = el('ul.problems', {id: 'problems', 'aria-label': 'Mistakes'});
    this.state = el('span.dim.small', {role: 'status'});
    this.save = el('button.primary', {type: 'button', disabled: true, click: () => this.write()}, 'Save');
    this.undo = el('button', {type: 'button', disabled: true, click: () => this.take(this.saved)}, 'Discard');
    this.file = el('code.dim.small.clip');
    this.versions = el('div');
    this.leave = (event) => { if (this.changed()) event.preventDefault(); };
  }

  begin() {
    show(this.main, el('h1.vh', {}, 'Crontab'),
      el('section.card', {'aria-label': 'Editor'},
        el('header', {}, el('h2', {}, 'Crontab'), this.file, el('span.grow'), this.state, this.undo, this.save),
        el('div.editor', {}, this.gutter, el('div.sheet', {}, this.back, this.area), this.instants),
        this.problems),
      this.versions);
    window.addEventListener('beforeunload', this.leave);
    this.load();
  }

  close() {
    clearTimeout(this.timer);
    clearInterval(this.again);
    window.removeEventListener('beforeunload', this.leave);
  }

  changed() {
    return this.area.value !== this.saved;
  }

  async load() {
    const crontab = await this.frame.run(() => get('/crontab'));
    if (!crontab) return;
    this.digest = crontab.digest;
    this.saved = crontab.text;
    this.file.textContent = crontab.file;
    this.take(crontab.text);
    this.loadVersions();
  }

  take(value) {
    this.area.value = value;
    this.edited();
    this.check();
  }

  edited() {
    this.draw();
    this.save.disabled = true;
    this.undo.disabled = !this.changed();
    this.state.textContent = this.changed() ? 'checking …' : '';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), PAUSE);
  }

  async check() {
    clearTimeout(this.timer);
    const number = ++this.checks;
    const found = await this.frame.run(() => post('/crontab/check', {text: this.area.value}));
    if (!found || number !== this.checks) return;
    this.found = found;
    this.draw();
    const {errors, jobs} = found;
    this.save.disabled = !this.changed() || errors.length > 0;
    this.state.textContent = errors.length ? `${errors.length} mistake${errors.length > 1 ? 's' : ''}`
      : this.changed() ? `${jobs.length} job${jobs.length === 1 ? '' : 's'}, not saved` : `${jobs.length} job${jobs.length === 1 ? '' : 's'}`;
    this.state.className = errors.length ? 'error small' : 'dim small';
  }

  draw() {
    const lines = this.area.value.split('\n');
    const by = (list) => new Map(list.map((item) => [item.line, item]));
    const errors = by(this.found.errors);
    const warnings = by(this.found.warnings);
    const jobs = by(this.found.jobs);
    show(this.gutter, lines.map((line, i) => el(errors.has(i + 1) ? 'div.error' : warnings.has(i + 1) ? 'div.warning' : 'div', {}, String(i + 1))));
    show(this.back, lines.map((line, i) => [...paint(line, errors.get(i + 1), warnings.get(i + 1)), '\n']));
    show(this.instants, lines.map((line, i) => instants(line, jobs.get(i + 1), errors.get(i + 1))));
    const problem = (kind) => (item) => el(`li.${kind}`, {}, el('button', {type: 'button', click: () => this.jump(item)}, `line ${item.line}, column ${item.column}: ${item.message}`));
    show(this.problems, this.found.errors.map(problem('error')), this.found.warnings.map(problem('warning')));
    this.align();
  }

  align() {
    const {scrollTop, scrollLeft} = this.area;
    this.gutter.scrollTop = scrollTop;
    this.instants.scrollTop = scrollTop;
    this.back.scrollTop = scrollTop;
    this.back.scrollLeft = scrollLeft;
  }

  jump({line, column}) {
    const before = this.area.value.split('\n').slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(before + column - 1, before + column - 1);
    this.area.scrollTop = Math.max(0, (line - 4) * 21);
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      if (!this.save.disabled) this.write();
    }
  }

  async write() {
    this.save.disabled = true;
    try {
      const written = this.area.value;
      const answer = await put('/crontab', {text: written}, `"${this.digest}"`);
      this.digest = answer.digest;
      this.saved = written;
      this.undo.disabled = !this.changed();
      toast('crontab saved');
      this.check();
      this.versionsSoon();
    } catch (failure) {
      if (failure instanceof Failure && failure.status === 412) await this.conflict();
      else this.frame.failed(failure);
      this.check();
    }
  }

  async conflict() {
    const theirs = await get('/crontab');
    const mine = this.area.value;
    this.digest = theirs.digest;
    this.saved = theirs.text;
    if (await confirm('Somebody has changed the crontab while you edited it. Take their text, or keep yours and look at it again before you save?', 'Take theirs')) this.take(theirs.text);
    else this.take(mine);
  }

  /** The daemon saves a version once the crontab is in force, a moment after it was written. */
  versionsSoon() {
    let tries = 0;
    clearInterval(this.again);
    this.again = setInterval(() => {
      this.loadVersions();
      if (++tries === 4) clearInterval(this.again);
    }, 700);
  }

  async loadVersions() {
    const list = await this.frame.run(() => get('/crontab/versions'));
    if (!list) return;
    const key = JSON.stringify(list) + this.digest;
    if (key === this.versionsKey) return;
    this.versionsKey = key;
    if (!list.length) {
      show(this.versions);
      return;
    }
    this.difference = el('div', {}, el('div.empty', {}, 'Choose a version to see what is different in it.'));
    this.buttons = new Map(list.map((version) => [version.version, el('button', {type: 'button', 'aria-pressed': 'false', click: () => this.look(version)},
      el('span', {title: full(version.saved)}, clock(version.saved, true)), version.digest === this.digest ? el('span.dim', {}, ' · in the file') : '',
      el('span.clip.dim.small', {}, `${version.lines} lines, ${version.host}, ${version.digest.slice(0, 8)}`))]));
    show(this.versions, el('div.split', {},
      el('section.card', {'aria-label': 'Versions'}, el('header', {}, el('h2', {}, 'Versions'), el('span.dim.small', {}, 'newest first')),
        el('ul.versions', {}, [...this.buttons.values()].map((button) => el('li', {}, button)))),
      el('section.card', {'aria-label': 'Difference'}, this.difference)));
  }

  async look(summary) {
    const version = await this.frame.run(() => get(`/crontab/versions/${summary.version}`));
    if (!version) return;
    for (const [number, button] of this.buttons) button.setAttribute('aria-pressed', String(number === summary.version));
    const changes = compare(this.saved, version.text);
    const added = changes.filter((line) => line.kind === 'add').length;
    const removed = changes.filter((line) => line.kind === 'del').length;
    show(this.difference,
      el('header', {}, el('h2', {}, clock(version.saved, true)), el('span.dim.small', {}, added + removed ? `+${added} −${removed} lines against the file` : 'the same as the file'), el('span.grow'),
        added + removed ? el('button', {type: 'button', click: () => this.restore(version)}, 'Restore') : null),
      el('pre.diff', {tabindex: 0, 'aria-label': 'Lines that differ'}, changes.map((line) => el(line.kind === 'same' ? 'div' : `div.${line.kind}`, {}, `${{same: ' ', add: '+', del: '−'}[line.kind]} ${line.text}`))));
  }

  async restore(version) {
    if (!await confirm(`Bring back the crontab of ${full(version.saved)}?`, 'Restore')) return;
    try {
      await post(`/crontab/versions/${version.version}/restore`);
      toast('crontab restored');
    } catch (failure) {
      this.frame.failed(failure);
    }
    await this.load();
    this.versionsSoon();
  }
}

/** A line in its colours, what is wrong with it underlined from its column on. */
function paint(line, error, warning) {
  const problem = error || warning;
  const kind = /^\s*#/.test(line) ? 'comment' : /^\s*[A-Za-z_"'][\w"']*\s*=/.test(line) ? 'variable' : null;
  if (problem) {
    const at = Math.min(Math.max(0, problem.column - 1), Math.max(0, line.length - 1));
    const end = at + (/^\S+/.exec(line.slice(at))?.[0].length || 1);
    return [line.slice(0, at), el(error ? 'mark' : 'mark.warning', {}, line.slice(at, end) || ' '), line.slice(end)];
  }
  if (kind) return [el(`span.${kind}`, {}, line)];
  const schedule = /^\s*(@every\s+\S+|@at\s+\S+|@\w+|\S+(\s+\S+){4})/.exec(line);
  return schedule ? [el('span.schedule', {}, schedule[0]), line.slice(schedule[0].length)] : [line];
}

function instants(line, job, error) {
  if (error) return el('div.error', {title: error.message}, error.message);
  if (!job || !line.trim()) return el('div');
  if (!job.instants.length) return el('div', {}, job.schedule.toLowerCase() === '@reboot' ? 'at start' : 'never');
  return el('div', {title: `${job.instants.map(wall).join('\n')}\n${job.zone}`}, shorten(job.instants));
}

/** The first in full, of the others only what differs. */
function shorten(all) {
  const dates = all.map(wallDate);
  const times = all.map(wallTime);
  const same = (list) => list.every((value) => value === list[0]);
  const rest = (i) => (same(dates) ? times[i] : same(times) ? dates[i] : `${dates[i]} ${times[i]}`);
  return all.map((_, i) => (i ? rest(i) : `${dates[0]} ${times[0]}`)).join(' · ');
}
