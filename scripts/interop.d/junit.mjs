// The report of JavaSdkSteps as the lines of the other clients: junit.mjs FILE
import { readFileSync } from 'node:fs';

const STEPS = {
    connects: 'connect',
    listsOurToolsAndTheWorkers: 'tools/list',
    listsResources: 'resources/list',
    readsAResource: 'resources/read',
    listsPrompts: 'prompts/list',
    getsAPrompt: 'prompts/get',
    callsOurToolsAndTheWorkers: 'tools/call',
    getsAToolsError: 'tool error',
    isToldOfProgress: 'progress',
    isToldOfAChange: 'change',
    isAskedBeforeWhatIsRisky: 'question'
};

const report = readFileSync(process.argv[2], 'utf8');
for (const [, name, rest] of report.matchAll(/<testcase name="([^"]*)"([\s\S]*?)(?=<testcase |<\/testsuite>)/g)) {
    const problem = rest.match(/<(?:failure|error|skipped)\b(?:[^>]*?message="([^"]*)")?/);
    const detail = (problem?.[1] ?? '').replace(/\s+/g, ' ');
    console.log([STEPS[name] ?? (name || 'connect'), problem ? 'FAILED' : 'ok', detail].join('\t'));
}
