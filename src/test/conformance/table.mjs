// Reads what the conformance suite has left in its result folders, prints a table, and says with the exit code whether
// every scenario that applies has passed without a warning, and everyone that the document names was run:
// node table.mjs PACKAGE RESULTS NOT_APPLICABLE DOCUMENT [IMPOSSIBLE]
// NOT_APPLICABLE excuses unscored scenarios only, IMPOSSIBLE scored ones of 2026-07-28.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [suite, results, notApplicable, document, impossible] = process.argv.slice(2);
const REVISIONS = ['2025-11-25', '2026-07-28'];
const COUNTED = { SUCCESS: 'pass', FAILURE: 'fail', WARNING: 'warn' };

function reasons(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const named = lines.filter((line) => line.trim() && !line.startsWith('#'));
  return new Map(named.map((line) => [line.split(' ', 1)[0], line.slice(line.indexOf(' ') + 1)]));
}
const excused = reasons(notApplicable);
const excusedScored = impossible ? reasons(impossible) : new Map();

// The scored scenarios: the list under `server:` in the suite's requirements file of the revision.
function scoredIn(revision) {
  const lines = readFileSync(join(suite, 'requirements', `${revision}.yaml`), 'utf8').split('\n');
  const rest = lines.slice(lines.indexOf('server:') + 1);
  const end = rest.findIndex((line) => /^\w/.test(line));
  return new Set(rest.slice(0, end).flatMap((line) => /^ +- (\S+)$/.exec(line)?.[1] ?? []));
}

function counted(folder) {
  const count = { pass: 0, fail: 0, warn: 0, notes: [] };
  for (const check of JSON.parse(readFileSync(join(folder, 'checks.json'), 'utf8'))) {
    const column = COUNTED[check.status];
    if (column) count[column]++;
    if (column && column !== 'pass') count.notes.push(`${check.status} ${check.id}: ${check.errorMessage ?? ''}`);
  }
  return count;
}

let bad = 0;
const ran = new Set();
const lines = [];
const notes = [];
for (const revision of REVISIONS) {
  const scored = scoredIn(revision);
  const seen = new Set();
  let passed = 0;
  for (const folder of readdirSync(join(results, revision)).sort()) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(folder)?.[1];
    if (!scenario) continue;
    seen.add(scenario);
    ran.add(scenario);
    if (excused.has(scenario) && !scored.has(scenario)) {
      lines.push([revision, scenario, '', '', '', `not applicable: ${excused.get(scenario)}`]);
      continue;
    }
    const count = counted(join(results, revision, folder));
    if (excusedScored.has(scenario) && revision === '2026-07-28') {
      lines.push([revision, scenario, count.pass, count.fail, count.warn, `not possible: ${excusedScored.get(scenario)}`]);
      continue;
    }
    const good = count.fail === 0 && count.warn === 0 && count.pass > 0;
    if (good && scored.has(scenario)) passed++;
    if (!good) bad++;
    notes.push(...count.notes.map((note) => `${revision} ${scenario}: ${note}`));
    const what = scored.has(scenario) ? 'scored' : 'unscored';
    lines.push([revision, scenario, count.pass, count.fail, count.warn, good ? what : `${what}, NOT PASSED`]);
  }
  const missing = [...scored].filter((name) => !seen.has(name));
  missing.forEach((name) => lines.push([revision, name, '', '', '', 'scored, DID NOT RUN']));
  bad += missing.length;
  lines.push([revision, `${passed} of ${scored.size} scored scenarios passed`, '', '', '', '']);
}

for (const [, name] of readFileSync(document, 'utf8').matchAll(/`suite:([a-z0-9-]+)`/g)) {
  if (ran.has(name)) continue;
  lines.push(['', name, '', '', '', `named in ${document}, DID NOT RUN`]);
  bad++;
}

const head = ['revision', 'scenario', 'pass', 'fail', 'warn', ''];
const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => String(line[i]).length)));
for (const line of [head, ...lines]) {
  console.log(line.map((cell, i) => (i >= 2 && i <= 4 ? String(cell).padStart(widths[i]) : String(cell).padEnd(widths[i]))).join('  ').trimEnd());
}
if (notes.length) console.log(`\n${notes.join('\n')}`);
process.exit(bad ? 1 : 0);
