/** One JSON object per line on stderr. Every line of one reconciliation carries the id of its trace. */
import { currentTrace } from './trace.ts';

export type Fields = Record<string, unknown>;
export interface Log {
  info(message: string, fields?: Fields): void;
  error(message: string, error: unknown, fields?: Fields): void;
  with(fields: Fields): Log;
}

export function jsonLog(write: (line: string) => void = line => void process.stderr.write(line), own: Fields = {}): Log {
  const put = (level: string, message: string, fields: Fields): void => {
    const trace = currentTrace();
    write(`${JSON.stringify({ time: new Date().toISOString(), level, msg: message, ...(trace ? { trace } : {}), ...own, ...fields })}\n`);
  };
  return {
    info: (message, fields = {}) => put('info', message, fields),
    error: (message, error, fields = {}) => put('error', message, { ...fields, error: error instanceof Error ? error.message : String(error), ...(error instanceof Error && error.cause instanceof Error ? { cause: error.cause.message } : {}) }),
    with: fields => jsonLog(write, { ...own, ...fields }),
  };
}
