/** A reporter of node:test that writes what happens as it happens, one JSON object per line; `one-file.ts` reads it. */
interface Details { type?: string; error?: Error & { failureType?: string } }
interface Happening { type: string; data: { name: string; nesting: number; file?: string; skip?: unknown; todo?: unknown; details?: Details } }

export interface TestEvent { type: 'began' | 'passed' | 'failed'; name: string; nesting: number; suite: boolean; cause?: string }

export default async function* events(source: AsyncIterable<Happening>): AsyncGenerator<string> {
  for await (const { type, data } of source) {
    const { name, nesting, details } = data, suite = details?.type === 'suite';
    const line = (event: TestEvent): string => `${JSON.stringify(event)}\n`;
    if (type === 'test:dequeue') yield line({ type: 'began', name, nesting, suite });
    // A test nobody ran is a failure: a skip or a todo never counts as passed.
    if (type === 'test:pass') yield line(data.skip === undefined && data.todo === undefined ? { type: 'passed', name, nesting, suite } : { type: 'failed', name, nesting, suite: false, cause: 'skipped' });
    // What failed inside is told by itself.
    if (type === 'test:fail') yield line({ type: 'failed', name, nesting, suite: details?.error?.failureType === 'subtestsFailed', cause: causeOf(details?.error) });
  }
}

function causeOf(error: Error | undefined): string {
  const cause = error?.cause;
  return String(cause instanceof Error ? cause.stack ?? cause.message : cause ?? error?.message);
}
