// The charts, drawn as SVG. Each says in words what it shows.
import {svg, clock, duration, full} from './dom.js';

/** The last runs of a job as small bars, oldest first. */
export function spark(recent) {
  const shown = recent.slice(0, 20).reverse();
  const longest = Math.max(0.001, ...shown.map((run) => run.duration));
  const failed = recent.filter((run) => ['failed', 'timed-out', 'not-started'].includes(run.outcome)).length;
  const label = recent.length ? `last ${recent.length} runs, ${failed} failed` : 'no runs yet';
  return svg('svg.bars', {viewBox: '0 0 140 26', height: 26, role: 'img', 'aria-label': label},
    svg('line.axis', {x1: 0, x2: 140, y1: 25.5, y2: 25.5}),
    shown.map((run, i) => {
      const height = 4 + 20 * Math.sqrt(run.duration / longest);
      const x = (20 - shown.length + i) * 7;
      return svg(`rect.${run.outcome}`, {x, y: 25 - height, width: 5, height, rx: 1});
    }));
}

/** How many jobs fire in each part of the hours ahead. */
export function ahead(upcoming, width) {
  const height = 128;
  const {slots} = upcoming;
  const from = new Date(upcoming.from).getTime();
  const span = new Date(upcoming.to).getTime() - from;
  const most = Math.max(1, ...slots.map((slot) => slot.jobs));
  const step = width / slots.length;
  const bars = slots.map((slot, i) => {
    if (!slot.jobs) return null;
    const size = Math.max(2, (height - 34) * (slot.jobs / most));
    const start = from + (i * span) / slots.length;
    const seldom = size * (slot.seldom / slot.jobs);
    const part = (kind, bottom, length) => (length > 0 ? svg(`rect.${kind}`, {x: i * step + 0.5, y: height - 20 - bottom - length, width: Math.max(1, step - 1), height: length}) : null);
    return svg('g', {}, svg('title', {}, words(slot, clock(start), clock(start + span / slots.length))),
      part('slot', 0, seldom), part('slot.often', seldom, size - seldom));
  });
  return svg('svg.bars', {viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': `number of jobs that fire in each quarter hour of the next 24 hours, at most ${most}`},
    svg('line.axis', {x1: 0, x2: width, y1: height - 19.5, y2: height - 19.5}),
    bars, hours(from, span, width, height),
    svg('text', {x: 0, y: 9}, `${most}`));
}

function words(slot, from, to) {
  const named = slot.named.join('\n');
  return `${from} to ${to}: ${slot.jobs} job${slot.jobs === 1 ? '' : 's'}, ${slot.firings} firing${slot.firings === 1 ? '' : 's'}${named && `\n${named}`}`;
}

function hours(from, span, width, height) {
  const every = width < 500 ? 6 : 3;
  const first = new Date(from);
  first.setMinutes(0, 0, 0);
  const marks = [];
  for (let t = first.getTime() + 3600000; t < from + span; t += 3600000) {
    if (new Date(t).getHours() % every) continue;
    const x = ((t - from) / span) * width;
    marks.push(svg('line.axis', {x1: x, x2: x, y1: height - 20, y2: height - 16}));
    if (x > 14 && x < width - 14) marks.push(svg('text', {x, y: height - 4, 'text-anchor': 'middle'}, clock(t).slice(-5)));
  }
  return marks;
}

/** The runs of a job: how long each took and how it ended; one can be picked. */
export function runs(list, chosen, pick, width) {
  const height = 150;
  const count = Math.min(list.length, Math.floor(width / 9));
  const shown = list.slice(0, count).reverse();
  const longest = Math.max(0.001, ...shown.map((run) => run.duration || 0));
  const step = Math.min(22, (width - 54) / Math.max(1, shown.length));
  const bars = shown.map((run, i) => {
    const size = 4 + (height - 40) * ((run.duration || 0) / longest);
    const words = `${run.outcome}, ${duration(run.duration)}, ${full(run.started || run.scheduled)}`;
    return svg(`rect.pick.${run.outcome}${run.run === chosen ? '.chosen' : ''}`,
      {x: 54 + i * step, y: height - 14 - size, width: Math.max(3, step - 3), height: size, rx: 2, click: () => pick(run.run)},
      svg('title', {}, words));
  });
  return svg('svg.bars', {viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': `duration of the last ${shown.length} runs, the longest ${duration(longest)}`},
    svg('text', {x: 0, y: 18}, duration(longest)),
    svg('text', {x: 0, y: height - 14}, '0 s'),
    svg('line.axis', {x1: 54, x2: width, y1: height - 13.5, y2: height - 13.5}), bars);
}
