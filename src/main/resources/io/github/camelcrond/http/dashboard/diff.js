// The lines that two texts do not share.

/** What makes `after` of `before`, line by line: same, del and add. Long stretches of sameness are cut. */
export function lines(before, after) {
  const a = before.replace(/\n$/, '').split('\n');
  const b = after.replace(/\n$/, '').split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (text) => ({kind: 'same', text});
  return cut([
    ...a.slice(0, head).map(same),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(same),
  ]);
}

/** By the longest common subsequence; where that would take too long, all goes and all comes. */
function middle(a, b) {
  const all = [...a.map((text) => ({kind: 'del', text})), ...b.map((text) => ({kind: 'add', text}))];
  if (a.length * b.length > 4_000_000) return all;
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1
        : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const result = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      result.push({kind: 'same', text: a[i++]});
      j++;
    } else if (i < a.length && (j === b.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      result.push({kind: 'del', text: a[i++]});
    } else {
      result.push({kind: 'add', text: b[j++]});
    }
  }
  return result;
}

/** Three lines of sameness around each change are enough. */
function cut(changes) {
  const near = changes.map((line, i) => changes.slice(Math.max(0, i - 3), i + 4).some((other) => other.kind !== 'same'));
  if (!near.includes(true)) return changes;
  const result = [];
  changes.forEach((line, i) => {
    if (near[i]) result.push(line);
    else if (!i || near[i - 1]) result.push({kind: 'same', text: '…'});
  });
  return result;
}
