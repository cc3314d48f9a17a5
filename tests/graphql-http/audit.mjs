// Runs every GraphQL-over-HTTP server audit against a running server:
//
//     node audit.mjs <url> <bearer-token>
//
// Prints one line per audit (id, level, result) and exits with 1 unless every MUST and every SHOULD passes.
// A MAY is printed and decides nothing.
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);
if (!url || !token) {
  console.error('usage: node audit.mjs <url> <bearer-token>');
  process.exit(2);
}

// The audits ask anonymously; our server answers nobody without a token. A server that accepts a connection and never
// answers must fail the audit, not hang it.
const fetchFn = (target, init = {}) => {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return fetch(target, { ...init, headers, signal: AbortSignal.timeout(10_000) });
};

const tally = { MUST: [0, 0], SHOULD: [0, 0], MAY: [0, 0] };

for (const audit of serverAudits({ url, fetchFn })) {
  const level = audit.name.split(' ')[0];
  if (!(level in tally)) throw new Error(`audit ${audit.id} has no level we know: ${audit.name}`);
  const { passed, reason } = await attempt(audit);
  tally[level][0] += passed ? 1 : 0;
  tally[level][1] += 1;
  console.log(`${audit.id} ${level.padEnd(6)} ${passed ? 'pass' : 'FAIL'} ${audit.name}${passed ? '' : `: ${reason}`}`);
}

console.log(Object.entries(tally).map(([level, [passed, all]]) => `${level} ${passed}/${all}`).join(', '));
// Nothing audited is a failure too: it would mean that the library changed, not that the server is right.
const complete = ['MUST', 'SHOULD'].every((level) => tally[level][1] > 0 && tally[level][0] === tally[level][1]);
process.exit(complete ? 0 : 1);

/** An audit that can't be carried out (server gone, time-out) has failed. */
async function attempt(audit) {
  try {
    const result = await audit.fn();
    return { passed: result.status === 'ok', reason: result.reason };
  } catch (error) {
    return { passed: false, reason: String(error.cause ?? error) };
  }
}
