/**
 * Diagnostics are values. Every refusal, review and bad input in kubesynth is a list of findings, and a finding always
 * says which rule spoke, about which object and path, why, and what to do. `docs/errors.md` lists every rule; a test
 * fails when the two disagree.
 */

/** Process exit codes, fixed by the command-line contract. */
export const Exit = { accepted: 0, changes: 1, badInput: 2, needsReview: 3, refused: 4, internal: 5 } as const;
export type ExitCode = (typeof Exit)[keyof typeof Exit];

export type Severity = 'refused' | 'review' | 'degraded' | 'warning';

export interface Finding {
  /** Stable kebab-case identifier, documented in docs/errors.md. */
  rule: string;
  severity: Severity;
  /** `Kind/name` of the object concerned, or the input file; '' when the finding concerns the whole. */
  object: string;
  /** JSON path inside the object, e.g. `spec.template.spec.containers[0].image`; '' for the whole object. */
  path: string;
  /** What is wrong, in one sentence, with the offending value. */
  message: string;
  /** What the reader can do about it. */
  fix: string;
  /** Position in the source text, 1-based, where there is one. */
  line?: number;
  column?: number;
}

/** Thrown by a stage that cannot continue; a door turns it into output and an exit code. The cause is never lost. */
export class Refusal extends Error {
  readonly exit: ExitCode;
  readonly findings: readonly Finding[];
  constructor(exit: ExitCode, findings: readonly Finding[], options?: { cause?: unknown }) {
    super(findings.map(f => `${f.rule}: ${f.message}`).join('\n'), options);
    this.name = 'Refusal';
    this.exit = exit;
    this.findings = findings;
  }
}

/** A one-finding refusal of malformed input (exit 2). */
export const badInput = (rule: string, message: string, fix: string, at: Partial<Finding> = {}, cause?: unknown): Refusal =>
  new Refusal(Exit.badInput, [{ rule, severity: 'refused', object: '', path: '', ...at, message, fix }], { cause });
