// The crontab: edited with a check as you type, and brought back from its versions.
import {el, show, wall, wallDate, wallTime, toast, confirm, clock, full} from './dom.js';
import {get, post, put, Failure} from './api.js';
import {lines as compare} from './diff.js';

const PAUSE = 250;
const LINE = 21;
const AROUND = 8;
const MOST_PROBLEMS = 100;

/** What was being written when the page was left. */
let draft = null;

export function forget() {
  draft = null;
}

/** Where the line of a job or a problem is in the text, which may be that of several files. */
const row = (item) => item.row ?? item.line;

/** As a text area has it. */
const plain = (text) => text.replace(/\r\n?/g, '\n');

export function open(main, frame) {
  const page = new CrontabPage(main, frame);
  page.begin();
  return page;
}

class CrontabPage {
  constructor(main, frame) {
    Object.assign(this, {main, frame, saved: '', digest: '', found: {jobs: [], errors: [], warnings: []}, checks: 0});
    Object.assign(this, {lines: [''], byLine: {errors: new Map(), warnings: new Map(), jobs: new Map()}});
    [this.gutter, this.back, this.instants] = [el('div'), el('div'), el('div')];
    this.area = el('textarea', {id: 'crontab', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', wrap: 'off', 'aria-label': 'Crontab', 'aria-describedby': 'here problems',
      input: () => this.edited(), scroll: () => this.view(), keydown: (event) => this.key(event), keyup: () => this.point(), click: () => this.point()});
    this.here = el('p.here.small.dim', {id: 'here', role: 'status'});
    this.resized = () => this.draw();
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
        el('div.editor', {}, el('div.gutter', {'aria-hidden': 'true'}, this.gutter),
          el('div.sheet', {}, el('pre', {'aria-hidden': 'true'}, this.back), this.area),
          el('div.instants', {'aria-hidden': 'true'}, this.instants)),
        this.here, this.problems),
      this.versions);
    window.addEventListener('beforeunload', this.leave);
    window.addEventListener('resize', this.resized);
    this.load();
  }

  close() {
    clearTimeout(this.timer);
    clearInterval(this.again);
    window.removeEventListener('beforeunload', this.leave);
    window.removeEventListener('resize', this.resized);
    draft = this.changed() ? {text: this.area.value, saved: this.saved, digest: this.digest} : null;
  }

  changed() {
    return this.area.value !== this.saved;
  }

  async load() {
    const crontab = await this.frame.run(() => get('/crontab'));
    if (!crontab) return;
    ({digest: this.digest, saved: this.saved} = draft || {digest: crontab.digest, saved: plain(crontab.text)});
    this.file.textContent = crontab.file;
    this.take(draft ? draft.text : this.saved);
    draft = null;
    this.loadVersions();
  }

  take(value) {
    this.area.value = value;
    this.edited();
    this.check();
  }

  edited() {
    this.lines = this.area.value.split('\n');
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
    const by = (list) => new Map(list.map((item) => [row(item), item]));
    this.byLine = {errors: by(found.errors), warnings: by(found.warnings), jobs: by(found.jobs)};
    this.draw();
    this.renderProblems();
    this.point();
    const {errors, jobs} = found;
    this.save.disabled = !this.changed() || errors.length > 0;
    this.state.textContent = errors.length ? `${errors.length} mistake${errors.length > 1 ? 's' : ''}`
      : this.changed() ? `${jobs.length} job${jobs.length === 1 ? '' : 's'}, not saved` : `${jobs.length} job${jobs.length === 1 ? '' : 's'}`;
    this.state.className = errors.length ? 'error small' : 'dim small';
  }

  draw() {
    this.drawn = '';
    this.view();
  }

  /** Draws the lines that can be seen, and a few around them: a crontab may have thousands. */
  view() {
    const {scrollTop, scrollLeft, clientHeight} = this.area;
    const first = Math.max(0, Math.floor(scrollTop / LINE) - AROUND);
    const last = Math.min(this.lines.length, Math.ceil((scrollTop + clientHeight) / LINE) + AROUND);
    if (this.drawn !== `${first} ${last}`) {
      this.drawn = `${first} ${last}`;
      this.drawLines(first, last);
    }
    const down = first * LINE - scrollTop;
    this.gutter.style.transform = `translateY(${down}px)`;
    this.instants.style.transform = `translateY(${down}px)`;
    this.back.style.transform = `translate(${-scrollLeft}px, ${down}px)`;
  }

  drawLines(first, last) {
    const {errors, warnings, jobs} = this.byLine;
    const seen = this.lines.slice(first, last).map((line, i) => ({line, number: first + i + 1}));
    show(this.gutter, seen.map(({number}) => el(errors.has(number) ? 'div.error' : warnings.has(number) ? 'div.warning' : 'div', {}, String(number))));
    show(this.back, seen.map(({line, number}) => [...paint(line, errors.get(number), warnings.get(number)), '\n']));
    show(this.instants, seen.map(({line, number}) => instants(line, jobs.get(number), errors.get(number))));
  }

  renderProblems() {
    const {errors, warnings} = this.found;
    const all = [...errors.map((item) => ['error', item]), ...warnings.map((item) => ['warning', item])];
    show(this.problems, all.slice(0, MOST_PROBLEMS).map(([kind, item]) =>
      el(`li.${kind}`, {}, el('button', {type: 'button', click: () => this.jump(item)}, `${item.file ? `${item.file}, ` : ''}line ${item.line}, column ${item.column}: ${item.message}${item.code ? ` [${item.code}]` : ''}`))),
    all.length > MOST_PROBLEMS ? el('li.dim', {}, `and ${all.length - MOST_PROBLEMS} more`) : null);
  }

  /** Says what is to be said of the line where the cursor stands. */
  point() {
    const number = this.area.value.slice(0, this.area.selectionStart).split('\n').length;
    const {errors, warnings, jobs} = this.byLine;
    const problem = errors.get(number) || warnings.get(number);
    const job = jobs.get(number);
    const fires = job?.instants.length ? `fires ${job.instants.map(wall).join(', ')} (${job.zone})` : '';
    const text = problem ? problem.message : fires;
    const said = text ? `Line ${number}: ${text}` : '';
    if (this.here.textContent !== said) this.here.textContent = said;
  }

  jump(item) {
    const [line, column] = [row(item), item.column];
    const before = this.area.value.split('\n').slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    this.area.focus();
    this.area.setSelectionRange(before + column - 1, before + column - 1);
    this.area.scrollTop = Math.max(0, (line - 4) * LINE);
    this.point();
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
    this.saved = plain(theirs.text);
    if (await confirm('The crontab was changed while you edited it. Load the changed version, or keep yours and review it before you save?', 'Load changed version')) this.take(this.saved);
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
    this.difference = el('section.card', {'aria-label': 'Difference'}, el('div.empty', {}, 'Select a version to compare it with the file.'));
    this.buttons = new Map(list.map((version) => [version.version, el('button', {type: 'button', 'aria-pressed': 'false', click: () => this.look(version)},
      el('span', {title: full(version.saved)}, clock(version.saved, true)), version.digest === this.digest ? el('span.dim', {}, ' · current') : '',
      el('span.clip.dim.small', {}, `${version.lines} line${version.lines === 1 ? '' : 's'}, ${version.host}, ${version.digest.slice(0, 8)}`))]));
    show(this.versions, el('div.split', {},
      el('section.card', {'aria-label': 'Versions'}, el('header', {}, el('h2', {}, 'Versions'), el('span.dim.small', {}, 'newest first')),
        el('ul.versions', {}, [...this.buttons.values()].map((button) => el('li', {}, button)))),
      this.difference));
  }

  async look(summary) {
    const version = await this.frame.run(() => get(`/crontab/versions/${summary.version}`));
    if (!version) return;
    for (const [number, button] of this.buttons) button.setAttribute('aria-pressed', String(number === summary.version));
    const changes = compare(this.saved, plain(version.text));
    const added = changes.filter((line) => line.kind === 'add').length;
    const removed = changes.filter((line) => line.kind === 'del').length;
    show(this.difference,
      el('header', {}, el('h2', {}, clock(version.saved, true)), el('span.dim.small', {}, added + removed ? `+${added} −${removed} lines compared with the file` : 'same as the file'), el('span.grow'),
        added + removed ? el('button', {type: 'button', click: () => this.restore(version)}, 'Restore') : null),
      el('pre.diff', {tabindex: 0, 'aria-label': 'Changed lines'}, changes.map((line) => el(line.kind === 'same' ? 'div' : `div.${line.kind}`, {}, `${{same: ' ', add: '+', del: '−'}[line.kind]} ${line.text}`))));
  }

  async restore(version) {
    const lost = this.changed() ? ' Unsaved changes will be lost.' : '';
    if (!await confirm(`Restore the crontab of ${full(version.saved)}?${lost}`, 'Restore')) return;
    try {
      await post(`/crontab/versions/${version.version}/restore`, {}, `"${this.digest}"`);
      toast('crontab restored');
    } catch (failure) {
      this.frame.failed(failure);
      if (failure.status !== 412) return;
    }
    await this.load();
    this.versionsSoon();
  }
}

/** A job with its zone in front. */
const ZONED = /^\s*(CRON_)?TZ\s*=\s*\S+\s+([@*~?\d-]|H[\s(/])/;

/** A line in its colours, what is wrong with it underlined from its column on. */
function paint(line, error, warning) {
  const problem = error || warning;
  const kind = /^\s*#/.test(line) ? 'comment' : /^\s*[A-Za-z_"'][\w"']*\s*=/.test(line) && !ZONED.test(line) ? 'variable' : null;
  if (problem) {
    const at = Math.min(Math.max(0, problem.column - 1), Math.max(0, line.length - 1));
    const end = at + (/^\S+/.exec(line.slice(at))?.[0].length || 1);
    return [line.slice(0, at), el(error ? 'mark' : 'mark.warning', {}, line.slice(at, end) || ' '), line.slice(end)];
  }
  if (kind) return [el(`span.${kind}`, {}, line)];
  const schedule = /^\s*((CRON_)?TZ\s*=\s*\S+\s+)?(@every\s+\S+|@at\s+\S+|@\w+|\S+(\s+\S+){4})/.exec(line);
  return schedule ? [el('span.schedule', {}, schedule[0]), line.slice(schedule[0].length)] : [line];
}

function instants(line, job, error) {
  if (error) return el('div.error', {title: error.message}, error.message);
  if (!job || !line.trim()) return el('div');
  if (!job.instants.length) return el('div', {}, /@reboot$/i.test(job.schedule) ? 'at start' : 'never');
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
